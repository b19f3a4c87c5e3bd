using System.Data.Common;
using System.Globalization;
using OrleansRelease.Storage.Databases;
using OrleansRelease.Storage.Servers;

namespace OrleansRelease.Storage.Formats;

/// <summary>From which format to which a store was raised; the same when there was nothing to do.</summary>
public sealed record Finalized(int From, int To);

/// <summary>Raises the format of a store, once no server needs the old one any more.</summary>
internal static class Finalizing
{
    /// <summary>
    /// Refuses a store that is written in a format that this build does not know. Whoever <paramref name="begins"/> to
    /// work on it shares a lock, so that of a start and a finalize at the same moment one sees the other; who only
    /// reads may not be allowed to.
    /// </summary>
    public static void Verify(Database database, KnownFormats known, bool begins)
    {
        using var connection = database.Open();
        var said = Ask(connection, null, StoreFormat.Question + (begins ? database.ForShare : ""));
        if (said > known.Newest)
        {
            throw new StoreUnavailableException(
                $"the store is written in format {said} since it was finalized, and this build knows formats up to "
                + $"{known.Newest}: start the newer build; nothing was changed");
        }

        if (said < known.Oldest)
        {
            throw new StoreUnavailableException(
                $"the store is written in format {said}, and this build knows formats from {known.Oldest}: run migrate "
                + "finalize with a build in between; nothing was changed");
        }
    }

    public static Finalized Raise(Database database, KnownFormats known)
    {
        using var connection = database.Open();
        using var transaction = connection.BeginTransaction();
        var said = Ask(connection, transaction, StoreFormat.Question + database.ForUpdate);
        if (said >= known.Newest) return new(said, said);
        var old = ConnectedServer.In(database, connection, transaction)
            .Where(server => server.Newest is null || server.Newest < known.Newest).ToList();
        if (old.Count > 0)
        {
            throw new StoreUnavailableException(
                $"not finalized: {string.Join(", ", old.Select(server => server.Text))} would not understand format "
                + $"{known.Newest}: stop what runs an older build first");
        }

        new Statement("UPDATE store SET write_version = @newest").With("newest", known.Newest)
            .Execute(connection, transaction);
        transaction.Commit();
        return new(said, known.Newest);
    }

    private static int Ask(DbConnection connection, DbTransaction? transaction, string text) =>
        Convert.ToInt32(new Statement(text).Scalar(connection, transaction), CultureInfo.InvariantCulture);
}
