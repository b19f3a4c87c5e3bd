using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>
/// Work of one size and of no rule of ours, much like what worlds are made of: objects to text and back, and hashes, on
/// all processors. What else takes as long, times so much, is the same on a slow machine and on a quick one.
/// </summary>
internal static class Yardstick
{
    private const int Times = 30_000;

    private static readonly Entry[] Entries =
    [
        .. Enumerable.Range(0, 8).Select(i => new Entry(
            i, $"service-{i}.production", DateTimeOffset.UnixEpoch.AddMinutes(i), TimeSpan.FromSeconds(i),
            [i, i + 1, i + 2], null)),
    ];

    /// <summary>What it takes of the processors' time.</summary>
    public static TimeSpan Lay()
    {
        var before = Environment.CpuUsage.TotalTime;
        var all = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, Times, all, _ =>
        {
            var text = JsonSerializer.Serialize(Entries);
            var read = JsonSerializer.Deserialize<Entry[]>(text)!;
            Assert.Equal(Entries.Length, read.Length);
            Assert.Equal(SHA256.HashSizeInBytes, SHA256.HashData(Encoding.UTF8.GetBytes(text)).Length);
        });
        return Environment.CpuUsage.TotalTime - before;
    }

    private sealed record Entry(
        int Number, string Key, DateTimeOffset At, TimeSpan Took, int[] Parts, Entry? Next);
}
