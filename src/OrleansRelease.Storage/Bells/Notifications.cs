using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Bells;

/// <summary>
/// Carries rings between the processes on one PostgreSQL database. They are told after the commit and never in the
/// transaction that writes: there every notification would wait for the one before, and the writes with it.
/// </summary>
internal sealed partial class Notifications(
    Database database, Doorbell doorbell, TimeProvider time, ILogger<Notifications> logger) : BackgroundService
{
    private const string Channel = "orel_bell";

    /// <summary>How long writes are gathered before the next telling; the first of them never waits.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private readonly string _self = Guid.NewGuid().ToString("N");
    private bool _isDeaf;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (database is not PostgreSql shared) return;
        try
        {
            await Task.WhenAll(TellAsync(shared, stoppingToken), ListenAsync(shared, stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private async Task TellAsync(PostgreSql shared, CancellationToken cancellation)
    {
        while (true)
        {
            var rung = doorbell.Untold.Rung;
            if (doorbell.TakeUntold() is not { } shards)
            {
                await doorbell.Untold.WaitAsync(rung, Timeout.InfiniteTimeSpan, cancellation);
                continue;
            }

            try
            {
                await shared.QueryAsync(
                    new Statement("SELECT pg_notify(@channel, @text)").With("channel", Channel)
                        .With("text", string.Create(CultureInfo.InvariantCulture, $"{_self} {shards:x}")),
                    _ => 0, cancellation);
            }
            catch (Exception error) when (!cancellation.IsCancellationRequested)
            {
                // Whatever it was: nobody sees to it that this goes on but this.
                LogNotTold(error);
            }

            await Task.Delay(Gather, time, cancellation);
        }
    }

    private async Task ListenAsync(PostgreSql shared, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(Listening(shared.ConnectionString));
                connection.Notification += (_, told) => Hear(told.Payload);
                await connection.OpenAsync(cancellation);
                await using var listen = new Statement($"LISTEN {Channel}").On(connection);
                await listen.ExecuteNonQueryAsync(cancellation);
                _isDeaf = false;
                // Nobody knows what was told meanwhile.
                doorbell.Hear(ulong.MaxValue);
                while (true) await connection.WaitAsync(cancellation);
            }
            catch (Exception error) when (!cancellation.IsCancellationRequested)
            {
                if (!_isDeaf) LogDeaf(error);
                _isDeaf = true;
                await Task.Delay(Again, time, cancellation);
            }
        }
    }

    private void Hear(string told)
    {
        if (told.Split(' ') is not [var who, var text] || who == _self) return;
        // What a later build tells in other words still means that there is something.
        doorbell.Hear(
            ulong.TryParse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var shards)
                ? shards
                : ulong.MaxValue);
    }

    // It says nothing for hours, and that must not be taken for a connection that is gone, nor the other way round.
    private static string Listening(string connection) => new NpgsqlConnectionStringBuilder(connection)
    {
        Pooling = false,
        TcpKeepAlive = true,
        TcpKeepAliveTime = 10,
        TcpKeepAliveInterval = 3,
    }.ConnectionString;
}
