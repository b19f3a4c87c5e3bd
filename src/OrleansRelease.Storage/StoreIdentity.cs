using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage;

/// <summary>
/// Which store this is. A copy of it has the same <see cref="Id"/>; what was restored gets another epoch, and with it
/// another cluster: its servers never meet those of the original.
/// </summary>
public sealed record StoreIdentity(string Id, int Epoch)
{
    public string Cluster => $"{Id}-{Epoch}";

    internal static StoreIdentity Of(Database database) => database
        .QueryAsync(
            new Statement("SELECT store_id, epoch FROM store"),
            reader => new StoreIdentity(reader.GetString(0), reader.GetInt32(1)), CancellationToken.None)
        .GetAwaiter().GetResult()[0];
}
