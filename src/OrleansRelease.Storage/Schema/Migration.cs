using System.Data.Common;
using System.Globalization;
using System.Reflection;
using OrleansRelease.Core.Durability;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Schema;

/// <summary>
/// One script of a schema; scripts only go forward and are never changed once released. A script only adds: the build
/// before runs on the store until it is finalized, beside the one that brought the script.
/// </summary>
internal sealed record Migration(int Version, string Name, string Text)
{
    /// <summary>
    /// The first line of a script that cannot be in a transaction, such as one that makes an index concurrently. Its
    /// statements are run one by one and, where it was interrupted, all of them again: each can be repeated.
    /// </summary>
    public const string Alone = "-- without a transaction";

    private const string Table = "schema_migration";

    /// <summary>The longest that one statement of a script may take, in seconds: a table may be large.</summary>
    private const int TimeoutSeconds = 600;

    /// <summary>
    /// How often a script is tried that finds a table in use. Each time it waits for a moment only: whoever comes after
    /// it waits behind it.
    /// </summary>
    private const int Attempts = 60;

    // What both mean by "somebody else has it": lock_not_available and deadlock_detected.
    private static readonly string[] InUse = ["55P03", "40P01"];

    /// <summary>The scripts of a database in order; their resources are named after version and purpose.</summary>
    public static IReadOnlyList<Migration> Of(Database database)
    {
        var prefix = $"{typeof(Migration).Namespace}.{database.Scripts}.";
        return
        [
            .. Assembly.GetExecutingAssembly().GetManifestResourceNames()
                .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(name => Read(name, name[prefix.Length..^".sql".Length])),
        ];
    }

    /// <summary>
    /// Applies what is missing and says what that was; a store that is made by it is written in the
    /// <paramref name="format"/>. Of two at once one waits for the other and then finds nothing to do; scripts of a
    /// newer build are left as they are.
    /// </summary>
    public static IReadOnlyList<string> Apply(
        Database database, TimeProvider time, Action<string>? say = null, int format = RowFormat.Newest) =>
        Apply(database, Of(database), time, say ?? (_ => { }), format);

    internal static IReadOnlyList<string> Apply(
        Database database, IReadOnlyList<Migration> scripts, TimeProvider time, Action<string> say,
        int format = RowFormat.Newest)
    {
        using var connection = database.Open();
        database.PrepareMigration(connection, say);
        try
        {
            return Apply(database, connection, scripts, time, say, format);
        }
        finally
        {
            database.EndMigration(connection);
        }
    }

    private static List<string> Apply(
        Database database, DbConnection connection, IReadOnlyList<Migration> scripts, TimeProvider time,
        Action<string> say, int format)
    {
        Execute(connection, null, new Statement(
            $"CREATE TABLE IF NOT EXISTS {Table} (version integer NOT NULL PRIMARY KEY, name text NOT NULL, "
            + "applied_at bigint NOT NULL)"));
        var applied = new List<string>();
        foreach (var script in Missing(connection, scripts))
        {
            Apply(database, connection, script with { Text = script.Text + Begun(script, format) }, time, say);
            applied.Add(script.Name);
        }

        return applied;
    }

    /// <summary>What would be applied; changes nothing.</summary>
    public static IReadOnlyList<string> Missing(Database database)
    {
        using var connection = database.Open();
        var missing = database.HasTable(connection, Table) ? Missing(connection, Of(database)) : Of(database);
        return [.. missing.Select(script => script.Name)];
    }

    /// <summary>Refuses a store that this build cannot work on; applies nothing.</summary>
    public static IReadOnlyList<string> Verify(Database database)
    {
        var missing = Missing(database);
        return missing.Count == 0
            ? []
            : throw new StoreUnavailableException(
                $"the store's schema is not what this build needs, {string.Join(", ", missing)} is missing: "
                + "run migrate first");
    }

    /// <summary>The newest script that was applied, of whatever build, to a store that is being worked on.</summary>
    public static async Task<int> NewestAsync(Database database, CancellationToken cancellation) =>
        (await database.QueryAsync(
            new Statement($"SELECT max(version) FROM {Table}"), reader => reader.GetInt32(0), cancellation))[0];

    private static void Apply(
        Database database, DbConnection connection, Migration script, TimeProvider time, Action<string> say)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (script.Text.StartsWith(Alone, StringComparison.Ordinal)) RunAlone(connection, script, time);
                else Run(database, connection, script, time);
                return;
            }
            catch (DbException error) when (InUse.Contains(error.SqlState))
            {
                if (attempt == 1) say($"{script.Name}: a table is in use, tried again until it is free for a moment");
                if (attempt < Attempts) continue;
                throw new StoreUnavailableException(
                    $"{script.Name} was not applied: a table that it changes was in use each of {attempt} times; run "
                    + "migrate again when no long statement runs on the database", error);
            }
        }
    }

    private static void Run(Database database, DbConnection connection, Migration script, TimeProvider time)
    {
        // Script and record of it in one transaction: a crash between them would apply it twice.
        using var transaction = connection.BeginTransaction();
        if (database.BeforeScript is { } before) Execute(connection, transaction, new Statement(before));
        Execute(connection, transaction, new Statement(script.Text));
        Execute(connection, transaction, Record(script, time));
        transaction.Commit();
    }

    private static void RunAlone(DbConnection connection, Migration script, TimeProvider time)
    {
        foreach (var statement in script.Text.Split(";\n", StringSplitOptions.RemoveEmptyEntries))
            Execute(connection, null, new Statement(statement));
        Execute(connection, null, Record(script, time));
    }

    // A new store has no server of an older build, so nobody has to finalize it.
    private static string Begun(Migration script, int format) => script.Version > 1
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"\nUPDATE store SET write_version = {format};\n");

    private static Statement Record(Migration script, TimeProvider time) =>
        new Statement($"INSERT INTO {Table} VALUES (@version, @name, @at)")
            .With("version", script.Version)
            .With("name", script.Name)
            .With("at", Micros.Of(time.GetUtcNow()));

    private static List<Migration> Missing(DbConnection connection, IReadOnlyList<Migration> scripts)
    {
        var applied = Applied(connection);
        return [.. scripts.Where(script => !applied.Contains(script.Version))];
    }

    private static Migration Read(string resource, string name) => new(
        int.Parse(name[..name.IndexOf('-', StringComparison.Ordinal)], CultureInfo.InvariantCulture), name,
        Database.Resource(resource));

    private static HashSet<int> Applied(DbConnection connection)
    {
        using var command = new Statement($"SELECT version FROM {Table}").On(connection);
        using var reader = command.ExecuteReader();
        var applied = new HashSet<int>();
        while (reader.Read()) applied.Add(Convert.ToInt32(reader.GetValue(0), CultureInfo.InvariantCulture));
        return applied;
    }

    private static void Execute(DbConnection connection, DbTransaction? transaction, Statement statement) =>
        statement.Execute(connection, transaction, TimeoutSeconds);
}
