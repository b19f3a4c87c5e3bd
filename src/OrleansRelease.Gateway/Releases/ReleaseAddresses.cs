using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Releases;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Gateway.Requests;
using OrleansRelease.Gateway.Rollouts;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Gateway.Releases;

/// <summary>
/// Which passage an address means: the newest of a release through an environment. Its release says which that is, and
/// remembers it with the command: repeated, it means the same one, whatever has begun since.
/// </summary>
internal static class ReleaseAddresses
{
    private const int Page = 500;

    public static IReleaseGrain Release(this IGrainFactory grains, ReleaseName release) =>
        grains.GetGrain<IReleaseGrain>($"{release}");

    public static IPassageGrain Passage(this IGrainFactory grains, PassageId passage) =>
        grains.GetGrain<IPassageGrain>($"{passage}");

    public static Answer<ReleaseIn> In(string name, string environment) =>
        Answers.Name<ReleaseName>(name, "release") is Answer<ReleaseName>.Refused { Refusal: var wrong }
            ? wrong
            : Answers.Name<EnvironmentName>(environment, "environment").Map(where =>
                new ReleaseIn(ReleaseName.From(name), where));

    public static Task<Answer<PassageId>> PassageAsync(
        this IGrainFactory grains, IRows rows, string name, string environment, CancellationToken cancellation) =>
        In(name, environment).Then(async Task<Answer<PassageId>> (where) =>
        {
            var found = await grains.Release(where.Release).GetAsync(cancellation);
            if (found is not Answer<ReleaseView>.Accepted { Value.State: var state })
            {
                return await rows.InsteadAsync(where, found.RefusalOrNull!, cancellation) is { } newest
                    ? newest
                    : found.RefusalOrNull!;
            }

            return state.LegOf(where.Environment) is { } leg && state.PassageOf(leg) is { } passage
                ? passage
                : new Refusal(
                    RefusalCodes.NotFound, $"{where.Release} has not begun in {where.Environment}", "a start there");
        });

    // A command that was sent is carried out even when its sender hangs up: so this cannot be cancelled.
    public static Task<Answer<PassageAnswer>> CommandAsync(
        this IGrainFactory grains, IRows rows, string name, string environment, ReasonBody? body, Caller caller,
        Func<IReleaseGrain, EnvironmentName, Command, Task<Answer<Addressed>>> address,
        Func<IPassageGrain, Command, Task<Answer<PassageView>>> ask) =>
        Asking.Why(body).Then(why => In(name, environment).Then(async Task<Answer<PassageAnswer>> (where) =>
        {
            var (release, command) = (grains.Release(where.Release), caller.Command(why.Reason));
            var meant = await address(release, where.Environment, command);
            var passage = meant is Answer<Addressed>.Accepted { Value.Passage: var known }
                ? known
                : await rows.InsteadAsync(where, meant.RefusalOrNull!, CancellationToken.None);
            if (passage is null && meant.RefusalOrNull is { } refusal) return refusal;
            return passage is { } id
                ? Begun(id, await ask(grains.Passage(id), command)).Map(view => new PassageAnswer(id, view, null))
                : (await release.GetAsync(CancellationToken.None)).Map(view => new PassageAnswer(null, null, view));
        }));

    // Of a release that cannot be decided on what moves can be looked at and taken back all the same: it knows the
    // command for itself. Nothing newer begins meanwhile.
    private static async Task<PassageId?> InsteadAsync(
        this IRows rows, ReleaseIn where, Refusal refusal, CancellationToken cancellation) =>
        refusal.Code == RefusalCodes.Poisoned ? await rows.NewestAsync(where, cancellation) : null;

    // Keys are in the order of their bytes: those of one release in one environment follow each other, but not 10 on 9.
    private static async Task<PassageId?> NewestAsync(
        this IRows rows, ReleaseIn where, CancellationToken cancellation)
    {
        PassageId? newest = null;
        var after = $"{where.Release}.{where.Environment}.";
        var all = rows.AllAsync(
            new(Kinds.Passage, Environment: where.Environment, After: after, Limit: Page), cancellation);
        await foreach (var row in all.WithCancellation(cancellation))
        {
            if (PassageId.Parse(row.Key) is not { } id || id.Release != where.Release) break;
            if (newest is null || id.Number > newest.Value.Number) newest = id;
        }

        return newest;
    }

    // It has its number from its release, which tells it to begin until it has heard.
    private static Answer<PassageView> Begun(PassageId id, Answer<PassageView> answer) =>
        answer.RefusalOrNull?.Code == RefusalCodes.NotFound
            ? new Refusal(
                RefusalCodes.AboutToBegin, $"{id} has not begun yet",
                $"an abort, or the same in a moment; orel release explain {id.Release} says what keeps it")
            : answer;
}

internal sealed record ReleaseIn(ReleaseName Release, EnvironmentName Environment);

/// <summary>
/// What a command was for, and how it is by then: the passage that it meant, else the release, which has not begun
/// there.
/// </summary>
public sealed record PassageAnswer(PassageId? Id, PassageView? Passage, ReleaseView? Release);
