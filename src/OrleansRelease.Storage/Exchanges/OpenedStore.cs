using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Exchanges;

internal sealed class OpenedStore(Database database) : IOpenedStore
{
    public CancellationToken Replaced => database.Replaced;
}
