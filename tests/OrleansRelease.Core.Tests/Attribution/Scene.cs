using System.Collections.Immutable;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Tests.Attribution;

/// <summary>
/// A shop, with 400 requests a minute and one of them bad, that calls a cart, which calls a stock. Minutes are counted
/// from nine o'clock; the shop gets worse at minute 30, and is judged at minute 40.
/// </summary>
internal static class Scene
{
    public const int Onset = 30, Now = 40, Requests = 400;

    private static readonly string[] Way = ["shop", "cart", "stock"];

    public static DateTimeOffset At(double minute) =>
        new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero).AddMinutes(minute);

    public static SlotKey Slot(string service) => new(ServiceName.From(service), EnvironmentName.From("prod"));

    public static RolloutId Rollout(string service) => new(Slot(service), 1);

    /// <summary>The shop, with so many bad requests in each minute from the onset on.</summary>
    public static Anomaly Shop(Func<int, double> bad, int until = Now) => new(Slot("shop"), At(Onset),
        [.. Enumerable.Range(0, until).Select(minute => new Stretch(
            At(minute), At(minute + 1), new(minute < Onset ? 1 : bad(minute), Requests)))]);

    /// <summary>A rollout of one of the three with steps at (minute, share).</summary>
    public static Suspect Of(string service, Split? split, params (double Minute, double Share)[] steps) => new(
        Rollout(service), [.. Way.Take(Array.IndexOf(Way, service) + 1).Select(ServiceName.From)],
        [.. steps.Select(step => new ShareStep(At(step.Minute), step.Share))], split);

    /// <summary>
    /// A tenth of the requests reached from minute 29 on; of these, and of the others, so many were bad in each minute.
    /// </summary>
    public static Split Tenth(double reached, double missed, SeenAt seenAt = SeenAt.ItsOwn, int until = Now) =>
        Part(0.1, reached, missed, seenAt, until);

    /// <summary>The same for half of them.</summary>
    public static Split Half(double reached, double missed) => Part(0.5, reached, missed, SeenAt.TheDegraded, Now);

    private static Split Part(double share, double reached, double missed, SeenAt seenAt, int until) => new(
        seenAt, [.. Enumerable.Range(0, until).Select(minute => new SplitStretch(
            At(minute), At(minute + 1), minute < 29 ? default : new(minute < Onset ? 0 : reached, Requests * share),
            minute < 29 ? new(1, Requests) : new(minute < Onset ? 1 : missed, Requests * (1 - share))))]);

    public static Finding Judge(Anomaly anomaly, params ImmutableArray<Suspect> suspects) =>
        BlameJudge.Judge(anomaly, suspects, [], At(Now));

    public static Ranked Of(this Finding finding, string service) =>
        finding.Ranked.Single(ranked => ranked.Rollout == Rollout(service));
}
