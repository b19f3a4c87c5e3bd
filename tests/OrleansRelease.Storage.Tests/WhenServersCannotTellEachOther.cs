using Microsoft.Extensions.Logging;
using OrleansRelease.Storage.Bells;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Tests;

[Collection(PostgresCollection.Name)]
public sealed class WhenServersCannotTellEachOther(SharedPostgres postgres)
{
    [Fact]
    public async Task Neither_telling_nor_listening_ends_in_silence_whatever_goes_wrong()
    {
        // Not even a failure of the database: the driver does not know what to do with it.
        var connection = await postgres.Server.CreateDatabaseAsync() + ";Encoding=none-such";
        await using var database = new PostgreSql(connection, TimeProvider.System);
        var doorbell = new Doorbell(TimeProvider.System);
        var log = new RecordedLog<Notifications>();
        using var notifications = new Notifications(database, doorbell, TimeProvider.System, log);
        await notifications.StartAsync(default);

        await Eventually.IsAsync("it is said that nothing is heard", () => Says(log, "is not heard of"));
        for (var ring = 0; ring < 2; ring++)
        {
            log.Lines.Clear();
            doorbell.Ring([]);
            await Eventually.IsAsync("it is said that nothing is told", () => Says(log, "could not be told"));
        }

        Assert.False(notifications.ExecuteTask!.IsCompleted);
        await notifications.StopAsync(default);
        Assert.True(notifications.ExecuteTask!.IsCompletedSuccessfully);
    }

    private static bool Says(RecordedLog<Notifications> log, string what) => log.Lines.Any(line =>
        line.Level == LogLevel.Warning && line.Message.Contains(what, StringComparison.Ordinal));
}
