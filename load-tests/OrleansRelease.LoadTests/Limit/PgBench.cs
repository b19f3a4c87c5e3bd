using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using OrleansRelease.Testing;

namespace OrleansRelease.LoadTests.Limit;

/// <summary>The database's own rate for the same statement with the same bytes, one commit for each.</summary>
internal sealed partial class PgBench(string connection)
{
    private int _turns;

    public async Task<Turn> RunAsync(int clients, TimeSpan time, CancellationToken cancellation)
    {
        // Rows of its own in each turn: a client counts up from nothing.
        var turn = ++_turns;
        var script = Path.GetTempFileName();
        try
        {
            var frame = Convert.ToHexStringLower(Payload.Frame("rollout", "pgbench", 1));
            await File.WriteAllTextAsync(
                script,
                $"SELECT * FROM orel_write('rollout', 'pgbench-{turn}-' || :client_id, nullif(:n, 0), "
                + $"'\\x{frame}'::bytea);\n\\set n :n + 1\n",
                cancellation);
            var said = await OutputAsync(script, clients, time, cancellation);
            return Rate().Match(said) is { Success: true } rate
                ? new(double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture), null)
                : throw new InvalidOperationException($"pgbench did not say its rate:\n{said}");
        }
        finally
        {
            File.Delete(script);
        }
    }

    private async Task<string> OutputAsync(string script, int clients, TimeSpan time, CancellationToken cancellation)
    {
        var where = new NpgsqlConnectionStringBuilder(connection);
        var start = new ProcessStartInfo(PrivatePostgres.Program("pgbench"))
        {
            ArgumentList =
            {
                "-n", "-M", "prepared", "-f", script, "-D", "n=0",
                "-c", clients.ToString(CultureInfo.InvariantCulture), "-j", "2",
                "-T", ((int)time.TotalSeconds).ToString(CultureInfo.InvariantCulture),
                "-h", where.Host!, "-p", where.Port.ToString(CultureInfo.InvariantCulture), "-U", where.Username!,
                where.Database!,
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("pgbench did not start");
        var (output, error) = (
            process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"pgbench ended with {process.ExitCode}:\n{await error}");
    }

    [GeneratedRegex("tps = ([0-9.]+)")]
    private static partial Regex Rate();
}
