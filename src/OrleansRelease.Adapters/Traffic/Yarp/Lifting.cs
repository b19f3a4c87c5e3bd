using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Json;
using OrleansRelease.Ports.Traffic;

namespace OrleansRelease.Adapters.Traffic.Yarp;

/// <summary>
/// Says again what the router holds, without what it refuses. All that it names it was told before, so it looks at no
/// address first; and a change that comes between has a fence that keeps this out.
/// </summary>
internal sealed class Lifting(LiftCall call, RouterClient router, Deadline deadline)
{
    public async Task<Outcome> RunAsync(CancellationToken cancellation)
    {
        var sent = false;
        try
        {
            var (held, problem) = await LookAsync(deadline.AtMost(YarpTraffic.AskLimit), cancellation);
            if (problem is not null) return new Outcome.NotApplied(problem);
            if (held is null) return new Outcome.Applied();
            if (held.Fence > call.Fence) return new Outcome.Overtaken(held.Fence);
            if (held.Shedding is null) return new Outcome.Applied();
            sent = true;
            var put = await router.PutAsync(
                call.Spec, Body(held), veto: null, deadline.AtMost(YarpTraffic.AskLimit), cancellation);
            return YarpTraffic.Unsettled(put) switch
            {
                null => await ReadBackAsync(cancellation),
                // What the router itself has said it takes back; so says somebody who stands before it.
                Outcome.Refused refused => new Outcome.NotApplied(refused.Reason),
                var outcome => outcome,
            };
        }
        catch (OperationCanceledException)
        {
            return sent
                ? new Outcome.Unknown("the attempt was given up before the router's change was seen")
                : new Outcome.NotApplied("the attempt was given up before it was sent");
        }
    }

    private string Body(RouterSlot held) => Vocabulary.Write(new
    {
        call.Fence,
        held.Weights,
        Addresses = held.Addresses ?? [],
        held.RequestTimeout,
    });

    private async Task<Outcome> ReadBackAsync(CancellationToken cancellation)
    {
        var (held, problem) = await LookAsync(deadline.ForLastCall, cancellation);
        if (held?.Fence > call.Fence) return new Outcome.Overtaken(held.Fence);
        return held is { Shedding: null } && held.Fence == call.Fence
            ? new Outcome.Applied()
            : new Outcome.Unknown(problem ?? "the router acknowledged it and holds something else");
    }

    // A slot that it does not know refuses nobody.
    private async Task<(RouterSlot? Held, string? Problem)> LookAsync(
        TimeSpan limit, CancellationToken cancellation) => await router.GetAsync(call.Spec, limit, cancellation) switch
        {
            RouterAnswer<RouterSlot>.Yes(var slot) => (slot, null),
            RouterAnswer<RouterSlot>.No({ Status: 404, Code: "slot-unknown" }) => (null, null),
            RouterAnswer<RouterSlot>.No(var problem) => (null, problem.ToString()),
            RouterAnswer<RouterSlot>.NotReached(var reason) => (null, reason),
            RouterAnswer<RouterSlot>.Lost(var reason) => (null, reason),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}
