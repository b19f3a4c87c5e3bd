namespace OrleansRelease.Ports.Storage;

public static class Shards
{
    public const int Count = 64;

    public const int FailuresToQuarantine = 5;

    /// <summary>The shard of a row: stable over processes and versions (FNV-1a over "kind/key").</summary>
    public static int Of(string kind, string key)
    {
        var hash = 2166136261u;
        foreach (var c in $"{kind}/{key}")
        {
            hash = unchecked((hash ^ c) * 16777619u);
        }

        return (int)(hash % Count);
    }
}
