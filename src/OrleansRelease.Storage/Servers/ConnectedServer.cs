using System.Data.Common;
using System.Globalization;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Servers;

/// <summary>
/// A server that is on a store now: its name, and the newest format that its build knows, null where it does not say.
/// Each says it as the name of its connections, so it is known for as long as it is there and no longer.
/// </summary>
public sealed record ConnectedServer(string Name, int? Newest)
{
    private const string Word = "orel";

    // PostgreSQL cuts longer names off.
    private const int MaxLength = 63;

    // Members without a connection may only have been lost sight of: so long they may come back.
    private const string Query =
        """
        SELECT DISTINCT application_name FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE 'orel/%'
        UNION
        SELECT 'orel//' || name FROM member WHERE status BETWEEN 1 AND 5 AND alive > now() - interval '90 seconds'
        """;

    public string Text => Newest is { } newest
        ? string.Create(CultureInfo.InvariantCulture, $"{Name} (knows format {newest})")
        : $"{Name} (does not say what it knows)";

    /// <summary>The name of a server's connections.</summary>
    public static string Presence(string name, int newest)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Word}/{newest}/{name}");
        return text.Length > MaxLength ? text[..MaxLength] : text;
    }

    /// <summary>All of them; on the embedded store, whose folder one process holds, none but that one.</summary>
    internal static IReadOnlyList<ConnectedServer> In(
        Database database, DbConnection connection, DbTransaction? transaction = null)
    {
        if (database is not PostgreSql) return [];
        using var command = new Statement(Query).On(connection);
        command.Transaction = transaction;
        using var reader = command.ExecuteReader();
        var found = new List<string>();
        while (reader.Read()) found.Add(reader.GetString(0));
        return Of(found);
    }

    /// <summary>The same for whoever only looks.</summary>
    internal static async Task<IReadOnlyList<ConnectedServer>> InAsync(
        Database database, CancellationToken cancellation) => database is PostgreSql
        ? Of(await database.QueryAsync(new Statement(Query), reader => reader.GetString(0), cancellation))
        : [];

    private static IReadOnlyList<ConnectedServer> Of(IReadOnlyList<string> presences)
    {
        var found = presences.Select(Of).ToList();
        var connected = found.Where(server => server.Newest is not null).ToList();
        // A member's own name may be longer than that of its connections.
        return
        [
            .. connected,
            .. found.Where(member => member.Newest is null
                && !connected.Any(server => member.Name.StartsWith(server.Name, StringComparison.Ordinal))),
        ];
    }

    private static ConnectedServer Of(string presence) => presence.Split('/', 3) is [_, var newest, var name]
        && int.TryParse(newest, NumberStyles.None, CultureInfo.InvariantCulture, out var known)
        ? new(name, known)
        : new(presence.Split('/', 3)[^1], null);
}
