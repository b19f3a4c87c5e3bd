using System.Globalization;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage;

/// <summary>
/// Which store this is. A copy of it has the same <see cref="Id"/>; what was restored gets another epoch, and with it
/// another cluster: its servers never meet those of the original.
/// </summary>
public sealed record StoreIdentity(string Id, int Epoch)
{
    public string Cluster => $"{Id}-{Epoch}";

    internal static StoreIdentity Of(Database database) => new(
        (string)database.Scalar("SELECT store_id FROM store")!,
        Convert.ToInt32(database.Scalar("SELECT epoch FROM store"), CultureInfo.InvariantCulture));
}
