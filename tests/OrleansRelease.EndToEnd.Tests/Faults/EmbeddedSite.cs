using Microsoft.Data.Sqlite;
using OrleansRelease.EndToEnd.Tests.Checking;
using OrleansRelease.Files;
using OrleansRelease.Host.Demo;

namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>One server on the embedded store, whose data folder is on a small disk.</summary>
internal sealed class EmbeddedSite : ISite
{
    private readonly SmallDisk _disk;
    private readonly Guard _guard;
    private readonly Member _server;
    private readonly FaultRouter _router;

    private EmbeddedSite(DemoFolder folder, SmallDisk disk)
    {
        (Folder, _disk) = (folder, disk);
        // A link, so that the folder of the run can be removed although the disk is still there.
        Directory.Delete(folder.Server);
        Directory.CreateSymbolicLink(folder.Server, disk.Folder);
        _guard = Guard.Start(folder);
        _router = new FaultRouter(folder);
        _server = new Member(
            folder, Scene.Server, folder.Server, [], ["run", "--data", folder.Server, "--urls", "http://127.0.0.1:0"]);
        Callers = new Callers([_server], AdminTokenFile.In(folder.Server));
    }

    public DemoFolder Folder { get; }

    public Callers Callers { get; }

    public IReadOnlyList<string> Store => ["--data", Folder.Server];

    public static async Task<EmbeddedSite> StartAsync()
    {
        var site = new EmbeddedSite(DemoFolder.Create(), SmallDisk.Mount());
        try
        {
            site._router.Start();
            await site.AllRunAsync();
            await site._router.ListensAsync();
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    public Member Server => _server;

    public void FillDisk() => _disk.Fill();

    public void FreeDisk() => _disk.Free();

    public async Task AllRunAsync()
    {
        if (_server.IsRunning) return;
        _server.Start();
        await _server.ListensAsync();
    }

    // The server holds the store; whoever only reads may read beside it.
    public async Task<IReadOnlyList<LoggedStep>> LogAsync(IReadOnlyList<string> keys)
    {
        await using var connection = await OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT kind, key, seq, at, position, transition FROM log WHERE kind IN ('rollout', 'slot') "
            + "AND key IN (SELECT value FROM json_each($keys)) ORDER BY kind, key, seq";
        command.Parameters.AddWithValue("$keys", System.Text.Json.JsonSerializer.Serialize(keys));
        await using var reader = await command.ExecuteReaderAsync();
        var steps = new List<LoggedStep>();
        while (await reader.ReadAsync())
        {
            steps.Add(LoggedStep.Read(
                reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4),
                reader.GetString(5)));
        }

        return steps;
    }

    public async Task<(IReadOnlyList<StoredRow> Rows, IReadOnlyDictionary<string, string> Specs)> RowsAsync()
    {
        await using var connection = await OpenAsync();
        return await StoredTables.ReadAsync(connection);
    }

    public async ValueTask DisposeAsync()
    {
        Callers.Dispose();
        _disk.Free();
        await _server.EndAsync();
        await Leftovers.RemoveAsync(Folder);
        await _guard.DismissAsync();
        _guard.Dispose();
        _server.Dispose();
        _disk.Dispose();
    }

    private async Task<SqliteConnection> OpenAsync()
    {
        var options = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(Folder.Server, "store.db"),
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        };
        var connection = new SqliteConnection(options.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }
}
