using System.Collections.Immutable;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Planning;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Grains.Planning;

/// <summary>Asks the source of numbers what a plan shows of it, or only what could forbid a start.</summary>
internal sealed class Prechecks(BudgetLook budgets, TelemetryLook telemetry, TimeProvider time)
{
    /// <summary>
    /// For all questions of one call together, so that its caller still gets an answer. One question is given less: who
    /// does not answer that has not answered. What was never asked, because others took so long, forbids nothing in a
    /// plan; at a start nobody knows it, as if it had not answered.
    /// </summary>
    public static readonly TimeSpan Together = TimeSpan.FromSeconds(2.5);

    public static readonly TimeSpan Each = TimeSpan.FromSeconds(2);

    private const int ServicesAtATime = 8;

    private const string NoTime = "there was no time left to ask";

    /// <param name="catalogue">Where manifests are.</param>
    /// <param name="spec">What would be carried out.</param>
    /// <param name="running">The version that is stable now; null: nobody has numbers of any.</param>
    /// <param name="isStart">Nobody reads it: whatever forbids nothing is not asked.</param>
    /// <param name="cancellation">Of whoever asks.</param>
    public async Task<AskedBefore> OfAsync(
        CatalogueLookup catalogue, RolloutSpec spec, VersionName? running, bool isStart,
        CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(Together, time);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        var shown = isStart ? spec.MinimumTelemetry ?? [] : spec.Background.Select(metric => metric.Name);
        return await AskAsync(catalogue, spec, running, isStart, shown, enough.Token);
    }

    /// <summary>The same of the services of a release, whose plan shows no metrics.</summary>
    public async Task<IReadOnlyDictionary<ServiceName, AskedBefore>> OfAsync(
        CatalogueLookup catalogue, ImmutableArray<RolloutSpec> rollouts, Func<ServiceName, VersionName?> running,
        bool isStart, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(Together, time);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        var asked = new Dictionary<ServiceName, AskedBefore>();
        foreach (var some in rollouts.Chunk(ServicesAtATime).TakeWhile(_ => !enough.IsCancellationRequested))
        {
            var answers = await Task.WhenAll(some.Select(async spec => KeyValuePair.Create(
                spec.Service, await AskAsync(catalogue, spec, running(spec.Service), isStart, [], enough.Token))));
            foreach (var (service, answer) in answers) asked[service] = answer;
        }

        if (!isStart) return asked;
        foreach (var spec in rollouts)
        {
            if (!asked.ContainsKey(spec.Service))
                asked[spec.Service] = CutOff(spec, running(spec.Service), new AskedBefore());
        }

        return asked;
    }

    /// <summary>
    /// What is left of the budgets, at a start: of all that can be asked, whether or not that was answered in time.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, BudgetLeft>> BudgetsAsync(
        RolloutSpec spec, VersionName? running, CancellationToken cancellation)
    {
        if (running is null || running == spec.Version) return ImmutableDictionary<string, BudgetLeft>.Empty;
        using var deadline = new CancellationTokenSource(Together, time);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        var left = await budgets.OfAsync(spec, enough.Token);
        return enough.IsCancellationRequested ? CutOff(spec, running, new AskedBefore(left)).Budgets! : left;
    }

    private async Task<AskedBefore> AskAsync(
        CatalogueLookup catalogue, RolloutSpec spec, VersionName? running, bool isStart, IEnumerable<string> shown,
        CancellationToken enough)
    {
        if (running is not { } now || now == spec.Version) return new AskedBefore();
        var left = isStart && spec.DegradationBudget is null ? null : budgets.OfAsync(spec, enough);
        ImmutableHashSet<string> metrics = [.. shown, .. spec.MinimumTelemetry ?? []];
        var seen = metrics.IsEmpty ? null : TelemetryAsync(catalogue, spec, now, metrics, enough);
        var asked = new AskedBefore(left is null ? null : await left, seen is null ? null : await seen);
        return isStart && enough.IsCancellationRequested ? CutOff(spec, running, asked) : asked;
    }

    // What was not answered before the end of the call.
    private AskedBefore CutOff(RolloutSpec spec, VersionName? running, AskedBefore asked)
    {
        if (running is null || running == spec.Version) return asked;
        var unasked = spec.DegradationBudget is null
            ? []
            : budgets.CanBeAsked(spec).Where(slo => asked.Budgets?.ContainsKey(slo) != true);
        var unseen = (spec.MinimumTelemetry ?? []).Where(metric => asked.Telemetry?.ContainsKey(metric) != true);
        return new(
            With(asked.Budgets, unasked, new BudgetLeft.Unanswered(NoTime)),
            With(asked.Telemetry, unseen, new Telemetry.Unanswered(NoTime)));
    }

    private static IReadOnlyDictionary<string, T> With<T>(
        IReadOnlyDictionary<string, T>? known, IEnumerable<string> missing, T otherwise) =>
        (known ?? ImmutableDictionary<string, T>.Empty)
            .Concat(missing.Select(name => KeyValuePair.Create(name, otherwise)))
            .ToDictionary(pair => pair.Key, pair => pair.Value);

    // By the manifests as they are, so that both versions are measured by the same.
    private async Task<IReadOnlyDictionary<string, Telemetry>> TelemetryAsync(
        CatalogueLookup catalogue, RolloutSpec spec, VersionName running, IReadOnlySet<string> metrics,
        CancellationToken enough)
    {
        var answer = await catalogue.ResolveAsync(
            new StartRequest(spec.Service, spec.Environment, running), CancellationToken.None);
        return answer is Answer<RolloutSpec>.Accepted { Value: var same }
            ? await telemetry.OfAsync(same, metrics, enough)
            : (spec.MinimumTelemetry ?? []).ToImmutableDictionary(
                name => name, Telemetry (_) => new Telemetry.Unanswered(answer.RefusalOrNull!.Reason));
    }
}
