using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Storage.Bells;

/// <summary>
/// How the bells are divided: each queue has some of the shards of their streams. What is stored names only the shard,
/// so another number of queues is a matter of the program.
/// </summary>
internal static class Queues
{
    public const int Count = 8;

    public const int ShardsEach = Shards.Count / Count;

    public static int Of(int shard) => shard / ShardsEach;

    public static int Of(string kind, string key) => Of(Shards.Of(kind, key));

    public static int First(int queue) => queue * ShardsEach;

    public static int Last(int queue) => First(queue) + ShardsEach - 1;
}
