using System.Collections.Immutable;
using Orleans.Concurrency;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Catalogue;
using OrleansRelease.Contracts.Planning;
using OrleansRelease.Contracts.Releases;
using OrleansRelease.Core.Catalogue;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Planning;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Releases;

/// <summary>
/// Has no state, so it may ask other grains: what it finds is checked again by the release that decides.
/// </summary>
[StatelessWorker, GrainType("release-planner")]
internal sealed class ReleasePlannerGrain(
    IRows rows, ISpecs specs, WhatComesBefore before, Reversals reversals)
    : Grain, IReleasePlannerGrain
{
    private const int Page = 500;

    public Task<Answer<ReleaseRoute>> RouteAsync(
        ReleaseName release, ImmutableArray<Manifest> given, CancellationToken cancellation) =>
        RouteAsync(release, given, asked: null, cancellation);

    public Task<Answer<ReleaseStarted>> StartAsync(
        ReleaseStartRequest request, Command command, bool dryRun, CancellationToken cancellation)
    {
        var release = GrainFactory.GetGrain<IReleaseGrain>($"{request.Release}");
        return AnsweredBefore.OrAsync(
            () => release.RecallAsync(request, command.Id, cancellation),
            () => StartAsync(release, request, command, dryRun, cancellation));
    }

    public Task<Answer<ReleaseReversal>> RollbackAsync(
        ReleaseRollbackRequest request, Command command, bool dryRun, CancellationToken cancellation)
    {
        var release = GrainFactory.GetGrain<IReleaseGrain>($"{request.Release}");
        return AnsweredBefore.OrAsync(
            async () => await release.RecallTakingBackAsync(request, command.Id, cancellation) is { } before
                ? await AnswerAsync(before, isExpected: false, cancellation)
                : null,
            () => RollbackAsync(release, request, command, dryRun, cancellation));
    }

    private async Task<Answer<ReleaseStarted>> StartAsync(
        IReleaseGrain release, ReleaseStartRequest request, Command command, bool dryRun,
        CancellationToken cancellation)
    {
        var way = await RouteAsync(request.Release, [], request.Environment, cancellation);
        if (way is not Answer<ReleaseRoute>.Accepted { Value: var route }) return way.RefusalOrNull!;
        var start = new ReleaseInput.Start(route, request.Environment, request.Priority, [], command.Actor);
        // Where it would begin only the release knows; what would be carried out there is asked before it is begun.
        var wouldBe = await release.StartAsync(start, command, dryRun: true, cancellation);
        if (wouldBe is not Answer<ReleaseStarted>.Accepted { Value.Passages: var passages }) return wouldBe;
        var resolved = await Task.WhenAll(passages.Select(async passage => (
            passage.Environment,
            Answer: await GrainFactory.GetGrain<IPlannerGrain>(0)
                .ResolvePassageAsync(passage.Release, passage.Environment, cancellation))));
        var refusals = resolved.Select(one => one.Answer.RefusalOrNull).OfType<Refusal>().ToList();
        refusals.AddRange(await GoneAsync(release, route, passages, dryRun, cancellation));
        if (refusals.Count > 0) return Refusal.AllOf(refusals);
        if (dryRun) return wouldBe;
        return await release.StartAsync(
            start with
            {
                Specs =
                [
                    .. resolved.Select(one => new PassageSpecHash(
                        one.Environment, ((Answer<ResolvedPassage>.Accepted)one.Answer).Value.SpecHash)),
                ],
            },
            command, dryRun: false, cancellation);
    }

    private async Task<Answer<ReleaseReversal>> RollbackAsync(
        IReleaseGrain release, ReleaseRollbackRequest request, Command command, bool dryRun,
        CancellationToken cancellation)
    {
        var seen = await release.GetAsync(cancellation);
        if (seen is not Answer<ReleaseView>.Accepted { Value.State: var state }) return seen.RefusalOrNull!;
        if (TakingBack.Refuse(state, request.Environment) is { } nothing) return nothing;
        var passage = state.CompletedIn(state.LegOf(request.Environment)!)!.Value;
        var read = await reversals.ReadAsync(passage, cancellation);
        if (read is not Answer<ReversalGround>.Accepted { Value: var ground }) return read.RefusalOrNull!;
        // Who asks what would be wants to see it, and who stands on it, before saying what becomes of them.
        var whenBuiltOn = dryRun && request.WhenBuiltOn == WhenBuiltOn.Refuse ? WhenBuiltOn.Hold : request.WhenBuiltOn;
        if (ground.Refuse(whenBuiltOn) is { } no) return no;
        var (spec, refusal) = ground.Plan(whenBuiltOn, request.Reason);
        if (spec is null) return refusal!;
        // Immutable and named by its content: stored for a dry run it harms nobody.
        var hash = await specs.PutAsync(Vocabulary.Write(spec), cancellation);
        return await AnswerAsync(
            await release.TakeBackAsync(
                new(request.Environment, passage, whenBuiltOn, hash, command.Actor, request.Reason),
                command, dryRun, cancellation),
            isExpected: dryRun, cancellation);
    }

    // What has begun is not kept waiting for what is on record of the past.
    private async Task<Answer<ReleaseReversal>> AnswerAsync(
        Answer<Addressed> answer, bool isExpected, CancellationToken cancellation)
    {
        if (answer is not Answer<Addressed>.Accepted { Value: { Passage: { } passage, SpecHash: { } hash } })
            return answer.RefusalOrNull!;
        var spec = Vocabulary.Read<PassageSpec>((await specs.GetAsync(hash, cancellation))!);
        return new ReleaseReversal(
            passage, spec.Reverses!.Passage,
            await reversals.PlanAsync(spec, passage, hash, isExpected, cancellation));
    }

    private async Task<IReadOnlyList<Refusal>> GoneAsync(
        IReleaseGrain release, ReleaseRoute route, IEnumerable<PassageId> passages, bool dryRun,
        CancellationToken cancellation)
    {
        // Of one that was never started nothing has completed anywhere.
        if (await release.GetAsync(cancellation) is not Answer<ReleaseView>.Accepted { Value.State: var state })
            return [];
        var refusals = new List<Refusal>();
        foreach (var environment in passages.Select(passage => passage.Environment))
        {
            var after = route.Environments.First(one => one.Environment == environment).After;
            if (await before.RefuseAsync(environment, state, after, dryRun, cancellation) is { } gone)
                refusals.Add(gone);
        }

        return refusals;
    }

    private async Task<Answer<ReleaseRoute>> RouteAsync(
        ReleaseName release, ImmutableArray<Manifest> given, EnvironmentName? asked, CancellationToken cancellation)
    {
        if (given.OfType<ReleaseManifest>().FirstOrDefault(one => one.Name == $"{release}") is not { } manifest)
        {
            var key = ManifestKey.Of(ManifestKind.Release, $"{release}");
            var found = await GrainFactory.GetGrain<IManifestGrain>($"{key}").GetAsync(cancellation);
            if (found is not Answer<ManifestView>.Accepted { Value.Content: var content })
            {
                return found.RefusalOrNull is { Code: not RefusalCodes.NotFound } other
                    ? other
                    : new Refusal(
                        RefusalCodes.NotFound, $"there is no release {release}", "apply its manifest first");
            }

            manifest = (ReleaseManifest)Vocabulary.Read<Manifest>(content);
        }

        var environments = given.OfType<EnvironmentManifest>()
            .Concat(await EnvironmentsAsync(cancellation)).DistinctBy(one => one.Name).ToList();
        return ReleaseRoutes.Resolve(manifest, environments, asked) switch
        {
            RouteResolution.Resolved resolved => resolved.Route,
            RouteResolution.Refused refused => refused.Refusal,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    // Keys are KIND/NAME in the order of their bytes, so a kind is a range of them.
    private async Task<IReadOnlyCollection<EnvironmentManifest>> EnvironmentsAsync(CancellationToken cancellation)
    {
        const string kind = nameof(ManifestKind.Environment);
        var environments = new List<EnvironmentManifest>();
        var all = rows.AllAsync(new(Kinds.Manifest, After: $"{kind}/", Limit: Page), cancellation)
            .TakeWhile(row => ManifestKey.Parse(row.Key)?.Kind == kind);
        await foreach (var row in all.WithCancellation(cancellation))
        {
            if (row.SpecHash is { } hash && await specs.GetAsync(hash, cancellation) is { } text)
                environments.Add((EnvironmentManifest)Vocabulary.Read<Manifest>(text));
        }

        return environments;
    }
}
