using OrleansRelease.EndToEnd.Tests.Harness;

namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>What happens to what is being deployed.</summary>
internal static class TargetFaults
{
    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(60);

    /// <summary>Shorter than a start takes.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>An instance stands still before it answers anybody, so its health comes late.</summary>
    public static readonly FaultKind Hangs = new("target hangs while it starts", async struck =>
    {
        var known = Instances(struck).ToHashSet();
        var starting = await Pace.UntilAsync(
            () => "an instance starts", StartsWithin, () => StopOneAsync(struck, known), id => id is not null, Look);
        await Pace.ForAsync(struck.Between(4, 9));
        await ProcessSignals.SendAsync("CONT", [starting!.Value]);
        return DateTimeOffset.UtcNow;
    })
    {
        // The first has begun, and any of the others may be the one that is caught before it answers.
        StrikesAfter = TimeSpan.FromSeconds(2),
    };

    private static async Task<int?> StopOneAsync(Struck struck, HashSet<int> known)
    {
        foreach (var id in Instances(struck).Where(known.Add))
        {
            await Standstill.BringAsync(id, $"instance {id}");
            if (!HasStarted(id)) return id;
            // Too late: it answers already.
            await ProcessSignals.SendAsync("CONT", [id]);
        }

        return null;
    }

    private static IEnumerable<int> Instances(Struck struck) => ProcessesOf.IdsOf(struck.Site.Folder.Root)
        .Where(found => found.Command.Contains(" sample ", StringComparison.Ordinal)).Select(found => found.Id);

    // What answers has written so; each has a log of its own.
    private static bool HasStarted(int id)
    {
        var command = ProcessesOf.CommandOf(id).Split(' ');
        var log = command[Array.IndexOf(command, "--log") + 1];
        return File.Exists(log) && new FileInfo(log).Length > 0;
    }
}
