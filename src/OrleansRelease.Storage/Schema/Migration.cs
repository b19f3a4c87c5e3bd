using System.Data.Common;
using System.Globalization;
using System.Reflection;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Schema;

/// <summary>One script of a schema; scripts only go forward and are never changed once released.</summary>
internal sealed record Migration(int Version, string Name, string Text)
{
    private const string Table = "schema_migration";

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

    /// <summary>Applies what is missing and says what that was; a store newer than this build is left alone.</summary>
    public static IReadOnlyList<string> Apply(Database database, TimeProvider time)
    {
        var known = Of(database);
        using var connection = database.Open();
        database.PrepareMigration(connection);
        Execute(connection, null, new Statement(
            $"CREATE TABLE IF NOT EXISTS {Table} (version integer NOT NULL PRIMARY KEY, name text NOT NULL, "
            + "applied_at bigint NOT NULL)"));
        var current = Current(connection);
        RefuseNewer(current, known);

        var applied = new List<string>();
        foreach (var migration in known.Where(migration => migration.Version > current))
        {
            // Script and record of it in one transaction: a crash between them would apply it twice.
            using var transaction = connection.BeginTransaction();
            Execute(connection, transaction, new Statement(migration.Text));
            Execute(connection, transaction, new Statement($"INSERT INTO {Table} VALUES (@version, @name, @at)")
                .With("version", migration.Version)
                .With("name", migration.Name)
                .With("at", Micros.Of(time.GetUtcNow())));
            transaction.Commit();
            applied.Add(migration.Name);
        }

        return applied;
    }

    /// <summary>Refuses a store that this build cannot work on; applies nothing.</summary>
    public static IReadOnlyList<string> Verify(Database database)
    {
        var known = Of(database);
        using var connection = database.Open();
        var current = database.HasTable(connection, Table) ? Current(connection) : 0;
        RefuseNewer(current, known);
        if (current < known[^1].Version)
        {
            throw new StoreUnavailableException(
                $"the store's schema is at version {current}, this build needs {known[^1].Version}: run migrate first");
        }

        return [];
    }

    private static void RefuseNewer(long current, IReadOnlyList<Migration> known)
    {
        if (current <= known[^1].Version) return;
        throw new StoreUnavailableException(
            $"the store's schema is at version {current} and this build knows versions up to {known[^1].Version}: "
            + "use the newer build; nothing was changed");
    }

    private static Migration Read(string resource, string name) => new(
        int.Parse(name[..name.IndexOf('-', StringComparison.Ordinal)], CultureInfo.InvariantCulture), name,
        Database.Resource(resource));

    private static long Current(DbConnection connection)
    {
        using var command = new Statement($"SELECT coalesce(max(version), 0) FROM {Table}").On(connection);
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private static void Execute(DbConnection connection, DbTransaction? transaction, Statement statement)
    {
        using var command = statement.On(connection);
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }
}
