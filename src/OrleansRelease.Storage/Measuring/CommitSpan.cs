using System.Diagnostics;

namespace OrleansRelease.Storage.Measuring;

/// <summary>
/// One commit in the traces of all that it writes for. A span has one parent: the first's trace holds it, the others
/// are linked to it.
/// </summary>
internal static class CommitSpan
{
    private static readonly ActivitySource Source = new(StorageNames.Traces);

    /// <summary>Where a write comes from; nothing, when that is in no trace.</summary>
    public static ActivityContext Origin => Activity.Current is { Recorded: true } asking ? asking.Context : default;

    public static Activity? Start(IEnumerable<ActivityContext> origins, int rows)
    {
        if (!Source.HasListeners()) return null;
        var traced = origins.Where(origin => origin != default).ToList();
        if (traced.Count == 0) return null;
        return Source.StartActivity(
            "commit", ActivityKind.Internal, traced[0], [new("orel.commit.rows", rows)],
            traced.Skip(1).Select(origin => new ActivityLink(origin)));
    }
}
