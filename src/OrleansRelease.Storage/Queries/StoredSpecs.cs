using OrleansRelease.Core.Durability;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Queries;

internal sealed class StoredSpecs(Database database) : ISpecs
{
    public async Task<string> PutAsync(string text, CancellationToken cancellation)
    {
        var hash = ContentHash.Of(text);
        await database.WriteAsync(
            new Statement(
                "INSERT INTO spec (hash, text) VALUES (@hash, @text) "
                // A text that is not the one of its hash was damaged, and here is the right one.
                + "ON CONFLICT (hash) DO UPDATE SET text = excluded.text WHERE spec.text <> excluded.text")
                .With("hash", hash).With("text", text),
            _ => 0, cancellation);
        return hash;
    }

    public async Task<string?> GetAsync(string hash, CancellationToken cancellation)
    {
        var found = await database.QueryAsync(
            new Statement("SELECT text FROM spec WHERE hash = @hash").With("hash", hash),
            reader => reader.GetString(0), cancellation);
        return found.SingleOrDefault();
    }
}
