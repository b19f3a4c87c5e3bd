using System.Globalization;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Storage.Databases;
using OrleansRelease.Storage.Servers;

namespace OrleansRelease.Storage.Restoring;

/// <summary>
/// A store that was restored from a backup gets another epoch: targets and routers know newer fences than its record
/// does. All that acts outside is woken, and looks at what is really there before its next effect.
/// </summary>
internal static class Restore
{
    // As long as it takes: a store may have many rows, and nobody works on it yet.
    private const int NoEnd = 0;

    private static readonly string Over = string.Join(
        ", ", Enum.GetValues<Phase>().Where(phase => phase.IsOver).Select(phase => $"'{phase}'"));

    // Also what would be quiet for long, or until a person says something: it is looked at now.
    private static Statement Wake(Database database) => new(
        $"UPDATE row SET next_wake_at = {database.Clock} WHERE kind IN ('{Kinds.Slot}', '{Kinds.Rollout}') "
        + $"AND phase NOT IN ({Over})");

    /// <summary>
    /// Where the store is opened in another place than before, it is a copy: the new epoch, or null. Of many that open
    /// it at once one does this.
    /// </summary>
    public static int? Notice(Database database)
    {
        using var connection = database.Open();
        if (new Statement($"SELECT {database.Place}").Scalar(connection) is not string place) return null;
        var former = (string)new Statement($"SELECT {database.FormerPlace}").Scalar(connection)!;
        using var transaction = connection.BeginTransaction();
        var epoch = new Statement(
                "UPDATE store SET epoch = epoch + 1, place = @place WHERE place NOT IN (@place, @former) "
                + "RETURNING epoch")
            .With("place", place).With("former", former).Scalar(connection, transaction, NoEnd);
        if (epoch is null)
        {
            new Statement("UPDATE store SET place = @place WHERE place IS NULL OR place <> @place")
                .With("place", place).Execute(connection, transaction, NoEnd);
        }
        else
        {
            Wake(database).Execute(connection, transaction, NoEnd);
        }

        transaction.Commit();
        return epoch is null ? null : Convert.ToInt32(epoch, CultureInfo.InvariantCulture);
    }

    /// <summary>A person says that it was restored, where its place cannot tell: the new epoch.</summary>
    public static int Declare(Database database)
    {
        using var connection = database.Open();
        using var transaction = connection.BeginTransaction();
        // Held to the end, so that none starts meanwhile.
        new Statement("SELECT epoch FROM store" + database.ForUpdate).Execute(connection, transaction, NoEnd);
        var servers = ConnectedServer.In(database, connection, transaction);
        if (servers.Count > 0)
        {
            throw new StoreUnavailableException(
                $"{string.Join(", ", servers.Select(server => server.Name))} may be working on the store: stop all "
                + "servers first, and wait 90 seconds after one that was killed; nothing was changed");
        }

        var epoch = new Statement(
                $"UPDATE store SET epoch = epoch + 1, place = coalesce({database.Place}, place) RETURNING epoch")
            .Scalar(connection, transaction, NoEnd);
        Wake(database).Execute(connection, transaction, NoEnd);
        transaction.Commit();
        return Convert.ToInt32(epoch, CultureInfo.InvariantCulture);
    }
}
