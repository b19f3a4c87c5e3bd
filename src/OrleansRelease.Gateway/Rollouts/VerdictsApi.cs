using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansRelease.Contracts;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Verdicts;
using OrleansRelease.Gateway.Requests;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Gateway.Rollouts;

/// <summary>Any verdict of a rollout, past or present, with all that it was made from.</summary>
internal static class VerdictsApi
{
    private const int AtATime = 200;

    // Some seconds of work: it is followed from its beginning.
    private const int MostTransitions = 50_000;

    public static void MapVerdicts(this IEndpointRouteBuilder api)
    {
        var rollouts = api.MapGroup("/rollouts").WithTags("Rollouts");
        rollouts.MapGet("/{id}/verdict", Verdict).WithName("rolloutVerdict").WithSummary(
            "What one window of a metric was judged by and from, in a sentence too, and the same judged once more; "
            + "without window the newest, of the decision with that sequence if one is given");
    }

    private static Task<Results<Ok<VerdictOnRecord>, ProblemHttpResult>> Verdict(
        string id, string? metric, int? window, long? sequence, Orleans.IGrainFactory grains, ISpecs specs, ILog log,
        CancellationToken cancellation) =>
        Named(metric).Then(name => grains.RolloutAsync(id, cancellation)
            .Then(rollout => grains.Of(rollout).GetAsync(cancellation))
            .Then(view => specs.ReadAsync(view.State.SpecHash, cancellation)
                .Then(spec => FindAsync(view.Id, spec, new(name, window, sequence), log, cancellation))))
            .Reply();

    private static Answer<string> Named(string? metric) => string.IsNullOrEmpty(metric)
        ? new Refusal(Problems.MissingField, "metric is missing", "metric: a name such as signals/errors")
        : metric;

    private static async Task<Answer<VerdictOnRecord>> FindAsync(
        RolloutId rollout, RolloutSpec spec, Wanted wanted, ILog log, CancellationToken cancellation)
    {
        var replay = new VerdictReplay(spec);
        Func<VerdictOnRecord>? found = null;
        // A burn's windows are numbered anew once it was somebody else's doing, so of one number the newest is meant.
        for (var (after, isAll) = (0L, false); !isAll && !(after >= wanted.Sequence);)
        {
            if (after >= MostTransitions) return TooLong(rollout);
            var some = await log.ReadAsync(Kinds.Rollout, $"{rollout}", after, AtATime, cancellation);
            foreach (var entry in some)
            {
                if (replay.Next(entry.Transition, judged => wanted.Is(judged, entry.Sequence)) is [.., var newest])
                    found = newest;
            }

            (after, isAll) = (some.Count == 0 ? after : some[^1].Sequence, some.Count < AtATime);
        }

        return found is null ? Unknown(rollout, wanted, replay) : found();
    }

    private static Refusal TooLong(RolloutId rollout) => new(
        RefusalCodes.BadLimit, $"more than {MostTransitions} decisions of {rollout} are on record",
        $"sequence of an earlier one, or what is on record itself: /api/v1/rollouts/{rollout}/log");

    private static Refusal Unknown(RolloutId rollout, Wanted wanted, VerdictReplay replay)
    {
        var which = (wanted.Window is { } number ? Text($"window {number} of ") : "") + wanted.Metric
            + (wanted.Sequence is { } sequence ? Text($" in decision {sequence}") : "");
        return replay.Metrics.Count == 0
            ? new(RefusalCodes.NotFound, $"{rollout} has judged nothing yet", "the same when a window was judged")
            : new(
                RefusalCodes.NotFound, $"{rollout} has not judged {which}",
                $"one of {string.Join(", ", replay.Metrics)}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>A window of a metric, of one decision or any; null: whichever.</summary>
    private sealed record Wanted(string Metric, int? Window, long? Sequence)
    {
        public bool Is(Judged judged, long sequence) => judged.Metric == Metric
            && (Window is null || judged.Window.Number == Window) && (Sequence is null || sequence == Sequence);
    }
}
