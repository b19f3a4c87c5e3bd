using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>
/// Readiness, the way back and how long a request may take: the same words for a service, one of its environments, and
/// an environment.
/// </summary>
internal static class SlotReaders
{
    public static ReadinessSpec? Readiness(Field? field)
    {
        if (field is null) return null;
        if (field.IsScalar) return field.UrlPath() is { } path ? new ReadinessSpec(path) : null;
        if (field.Object("{path: /healthz, within: 2m, warmUp: 30s}") is not { } fields) return null;
        var readiness = new ReadinessSpec(
            fields.Take("path")?.UrlPath(),
            fields.Take("within")?.Duration(positive: true),
            fields.Take("warmUp")?.Duration());
        fields.End();
        return readiness;
    }

    public static RollbackSpec? Rollback(Field? field)
    {
        if (field?.Object("{within: 5m, undecided: {hold: 15m, then: rollback}}") is not { } fields) return null;
        var rollback = new RollbackSpec(
            fields.Take("within")?.Duration(positive: true),
            Undecided(fields.Take("undecided")),
            fields.Take("keepPrevious")?.Duration(),
            ShedReader.Read(fields.Take("shed")));
        fields.End();
        return rollback;
    }

    public static TimeSpan? RequestTimeout(Field? field)
    {
        if (field?.Duration() is not { } timeout) return null;
        if (TrafficConnection.IsRequestTimeout(timeout)) return timeout;
        field.Report(ProblemCode.BadDuration, "no user waits so short or so long",
            TrafficConnection.RequestTimeoutShape);
        return null;
    }

    private static UndecidedSpec? Undecided(Field? field)
    {
        if (field?.Object("{hold: 15m, then: rollback}") is not { } fields) return null;
        var undecided = new UndecidedSpec(
            fields.Take("hold")?.Duration(), fields.Take("then")?.Choice<UndecidedThen>());
        fields.End();
        return undecided;
    }
}
