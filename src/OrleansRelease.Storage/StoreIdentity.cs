using System.Globalization;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage;

/// <summary>
/// Which store this is, and where: a copy of it has the same <see cref="Id"/> and lies elsewhere. What was restored
/// gets another epoch. Each makes another cluster, so servers on a copy never meet those on the original.
/// </summary>
public sealed record StoreIdentity(string Id, int Epoch, string Place)
{
    public string Cluster => $"{Id}-{Epoch}-{Place}";

    internal static StoreIdentity Of(Database database) => new(
        (string)database.Scalar("SELECT store_id FROM store")!,
        Convert.ToInt32(database.Scalar("SELECT epoch FROM store"), CultureInfo.InvariantCulture),
        database.Scalar($"SELECT {database.Place}") as string ?? "");
}
