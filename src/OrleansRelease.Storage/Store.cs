using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using OrleansRelease.Storage.Checking;
using OrleansRelease.Storage.Databases;
using OrleansRelease.Storage.Exchanges;
using OrleansRelease.Storage.Folders;
using OrleansRelease.Storage.Formats;
using OrleansRelease.Storage.Restoring;
using OrleansRelease.Storage.Schema;

namespace OrleansRelease.Storage;

/// <summary>What is done to a store from outside of a running server.</summary>
public static class Store
{
    /// <summary>
    /// Brings the schema up to date and answers which scripts were applied; what has to be waited for is said.
    /// </summary>
    public static Task<IReadOnlyList<string>> MigrateAsync(
        StorageOptions options, TimeProvider time, Action<string>? say = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Task.FromResult(OnItsOwn(options, time, database =>
            Migration.Apply(database, time, say, options.Formats.Newest)));
    }

    /// <summary>Which scripts would be applied; changes nothing.</summary>
    public static IReadOnlyList<string> Missing(StorageOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var database = Connect(options, null, TimeProvider.System);
        return options.DataFolder is { } folder && !File.Exists(Path.Combine(folder, Sqlite.FileName))
            ? [.. Migration.Of(database).Select(script => script.Name)]
            : Reach(options, () => Migration.Missing(database));
    }

    /// <summary>Has rows written in the newest format that this build knows; refused where others would not.</summary>
    public static Finalized FinalizeFormat(StorageOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        return OnItsOwn(options, time, database =>
        {
            Migration.Verify(database);
            return Finalizing.Raise(database, options.Formats);
        });
    }

    /// <summary>The store was restored from a backup: answers its new epoch. No server may be working on it.</summary>
    public static int Restored(StorageOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        return OnItsOwn(options, time, database =>
        {
            Migration.Verify(database);
            return Restore.Declare(database);
        });
    }

    /// <summary>Verifies every chain in the store. A server may be running on it.</summary>
    public static async Task<CheckReport> CheckAsync(StorageOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var database = Connect(options, null, TimeProvider.System);
        Reach(options, () => Migration.Verify(database));
        Reach(options, () => Verified(database, options, begins: false));
        return await StoreCheck.RunAsync(database, cancellation);
    }

    /// <summary>
    /// What the servers of this store have agreed on under a name: what the first of them said. The embedded store has
    /// one server, which agrees with itself.
    /// </summary>
    public static string Agree(IServiceProvider services, string name, string value)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.GetRequiredService<Database>() is not PostgreSql shared) return value;
        using var connection = shared.Open();
        using var say = new Statement("INSERT INTO agreed VALUES (@name, @value) ON CONFLICT (name) DO NOTHING")
            .With("name", name).With("value", value).On(connection);
        say.ExecuteNonQuery();
        using var ask = new Statement("SELECT value FROM agreed WHERE name = @name").With("name", name).On(connection);
        return (string)ask.ExecuteScalar()!;
    }

    /// <summary>The address of the running server became known: a second start on its folder will be told.</summary>
    public static void Announce(IServiceProvider services, string url)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.GetRequiredService<Database>() is Sqlite embedded) embedded.Held?.Announce(url);
    }

    /// <summary>A database ready for work, or an exception that says what stands in the way.</summary>
    internal static Database Open(StorageOptions options, TimeProvider time, RestoreNotice notice)
    {
        var held = Hold(options, time);
        var database = Connect(options, held, time);
        try
        {
            Reach(options, () => options.MigrateOnStart
                ? Migration.Apply(database, time, format: options.Formats.Newest)
                : Migration.Verify(database));
            Reach(options, () => Verified(database, options, begins: true));
            notice.Give(database);
            database.Opened = StoreAnswer.Of(database).Identity;
            database.Begin();
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private static Database Verified(Database database, StorageOptions options, bool begins)
    {
        Finalizing.Verify(database, options.Formats, begins);
        return database;
    }

    private static T OnItsOwn<T>(StorageOptions options, TimeProvider time, Func<Database, T> act)
    {
        using var held = Hold(options, time);
        using var database = Connect(options, held, time);
        return Reach(options, () => act(database));
    }

    private static HeldFolder? Hold(StorageOptions options, TimeProvider time) =>
        options.DataFolder is { } folder ? HeldFolder.Take(folder, options.Url, time) : null;

    private static Database Connect(StorageOptions options, HeldFolder? held, TimeProvider time) =>
        options.DataFolder is { } folder
            ? new Sqlite(folder, held, time)
            : new PostgreSql(options.ConnectionString!, time);

    private static T Reach<T>(StorageOptions options, Func<T> first)
    {
        try
        {
            return first();
        }
        catch (DbException error)
        {
            // The connection string is not shown: it may hold a password.
            var (place, hint) = options.DataFolder is { } folder
                ? ($"in {folder}", "")
                : ("in the PostgreSQL database", "; check that the server runs, and that it knows the database and the "
                    + "user of the connection string");
            throw new StoreUnavailableException($"the store {place} cannot be opened: {error.Message}{hint}", error);
        }
    }
}
