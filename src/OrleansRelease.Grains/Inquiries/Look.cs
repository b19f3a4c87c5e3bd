using System.Collections.Immutable;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Inquiries;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Inquiries;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Effects;

namespace OrleansRelease.Grains.Inquiries;

/// <summary>
/// One look at the services of an environment that something moves under: whether one is worse than before, and by
/// whom. It changes nothing but what inquiries hold.
/// </summary>
internal sealed class Look(
    RequestCounts counts, Suspects suspects, SpecCache specs, InquiryOptions options, IGrainFactory grains,
    DateTimeOffset now)
{
    /// <summary>No service is so bad by right that nothing could make it worse.</summary>
    private const double MostAllowed = 0.5;

    /// <summary>Nobody takes an inquiry for news any more, nor knows how it was before.</summary>
    private static readonly TimeSpan LongestInquiry = TimeSpan.FromHours(6);

    /// <summary>Of how it was before the onset, so much is enough.</summary>
    private static readonly TimeSpan Before = TimeSpan.FromMinutes(30);

    /// <summary>Who was blamed and has requests for so long afterwards does not go back: a person has to.</summary>
    private static readonly TimeSpan TimeToGoBack = TimeSpan.FromMinutes(15);

    private readonly DateTimeOffset _end = counts.End;

    /// <summary>Inspects one service; returns whether it has an objective that can be asked.</summary>
    public async Task<bool> InspectAsync(ServiceToLookAt at, CancellationToken cancellation)
    {
        var inquiry = grains.GetGrain<IInquiryGrain>($"{at.Slot}");
        var spec = at.SpecHash is { } hash ? await specs.GetAsync(hash, cancellation) : null;
        if (at.IsKnownWorse) await FollowUpAsync(at, inquiry, spec, cancellation);
        else await DetectAsync(at, inquiry, spec, cancellation);
        return spec is { Slos: { IsDefaultOrEmpty: false } slos } && slos.Any(slo => counts.CanAsk(spec, slo));
    }

    private async Task FollowUpAsync(
        ServiceToLookAt at, IInquiryGrain inquiry, RolloutSpec? spec, CancellationToken cancellation)
    {
        if (await StateAsync(inquiry, cancellation) is not { OverAt: null } state) return;
        var isWorse = InquiryDecider.IsOpen(state, now) && state.Onset > _end - LongestInquiry
            && spec?.Slos?.FirstOrDefault(one => one.Name == state.Objective) is { } slo
            && await JudgeIfStillWorseAsync(at, inquiry, state, spec, slo, cancellation);
        if (!isWorse) await inquiry.OverAsync(now, cancellation);
    }

    private async Task DetectAsync(
        ServiceToLookAt at, IInquiryGrain inquiry, RolloutSpec? spec, CancellationToken cancellation)
    {
        foreach (var slo in spec?.Slos ?? [])
        {
            if (await counts.OfAllAsync(spec!, slo, _end - options.Past, cancellation) is not { } stretches) continue;
            if (ChangePoint.Of(stretches, AllowedBy(slo), _end) is not { } onset) continue;
            var last = await StateAsync(inquiry, cancellation);
            // Found by another activation meanwhile.
            if (InquiryDecider.IsOpen(last, now)) return;
            await JudgeAsync(
                new(at.Slot, slo, onset, stretches, ExcludedTime.ForNextAfter(last), []), inquiry, cancellation);
            return;
        }
    }

    // Whether it is worse, as far as is known; who does not know says neither.
    private async Task<bool> JudgeIfStillWorseAsync(
        ServiceToLookAt at, IInquiryGrain inquiry, InquiryState state, RolloutSpec spec, Slo slo,
        CancellationToken cancellation)
    {
        var from = state.Onset - Before < _end - options.Past ? state.Onset - Before : _end - options.Past;
        if (await counts.OfAllAsync(spec, slo, from, cancellation) is not { } stretches) return true;
        var counted = ExcludedTime.RemoveFrom(stretches, state.Excluded, state.Onset);
        if (ChangePoint.IsOver(counted, AllowedBy(slo), state.Onset, _end)) return false;
        if (!ChangePoint.IsKnown(stretches, _end)) return true;
        // What gets worse still is something else, and another one may have begun it.
        var worse = ChangePoint.OfMore([.. stretches.Where(one => one.Start >= state.Onset)], _end);
        await JudgeAsync(
            worse >= state.Onset + InquiryDecider.SeparateAfter
                ? new(at.Slot, slo, worse.Value, stretches, ExcludedTime.ForNextAfter(state), [])
                : new(at.Slot, slo, state.Onset, stretches, state.Excluded, state.Blamed),
            inquiry, cancellation);
        return true;
    }

    private async Task JudgeAsync(Degradation worse, IInquiryGrain inquiry, CancellationToken cancellation)
    {
        var gathered = await suspects.GatherAsync(worse, cancellation);
        if (worse.Blamed.Any(one => KeepsRequests(one, gathered.Suspects))) return;
        var weighed = Nearest(gathered.Suspects, worse.Onset);
        var finding = BlameJudge.Judge(
            new(worse.Slot, worse.Onset, worse.Stretches), weighed, [.. worse.Blamed.Select(one => one.Rollout)],
            gathered.NewcomerAt ?? now, gathered.UnreadCount + gathered.Suspects.Length - weighed.Length,
            gathered.HasNewcomers);
        // What more there would be to count is mixed with the newcomer's: nothing is decided any more.
        if (finding.Judgement is Judgement.Undecided && gathered.NewcomerAt < now - TimeToGoBack) return;
        await inquiry.FoundAsync(finding with { At = now }, worse.Slo.Name, gathered.Moving, cancellation);
    }

    private static async Task<InquiryState?> StateAsync(IInquiryGrain inquiry, CancellationToken cancellation) =>
        (await inquiry.GetAsync(cancellation) as Answer<InquiryView>.Accepted)?.Value.State;

    private bool KeepsRequests(Blamed blamed, IEnumerable<Suspect> all) => blamed.Finding.At < now - TimeToGoBack
        && all.Any(one => one.Rollout == blamed.Rollout && one.Steps[^1].Share > 0);

    // Those that stepped last before the onset: of the others it is the least likely, and nobody is blamed anyway.
    private static ImmutableArray<Suspect> Nearest(ImmutableArray<Suspect> all, DateTimeOffset onset) =>
        all.Length <= BlameJudge.MostSuspects
            ? all
            : [.. all.OrderByDescending(one => one.Steps.Last(step => step.At <= onset + BlameJudge.Blur).At)
                .Take(BlameJudge.MostSuspects)];

    // What the fastest pair of an alert asks for: below it nobody is woken, and nothing need be held.
    private static double AllowedBy(Slo slo) => Math.Min(
        MostAllowed, (double)slo.ErrorShare * BurnPair.For(slo.Window).Max(pair => pair.FactorFor(slo.Window)));
}
