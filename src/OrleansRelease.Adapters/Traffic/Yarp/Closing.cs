using OrleansRelease.Core.Effects;
using OrleansRelease.Ports.Traffic;

namespace OrleansRelease.Adapters.Traffic.Yarp;

/// <summary>
/// Keeps older fences out. The router does that in one, without being told where requests go: whoever looked first and
/// said it again would undo what was set between.
/// </summary>
internal sealed class Closing(CloseCall call, RouterClient router, Deadline deadline)
{
    public async Task<Outcome> RunAsync(CancellationToken cancellation)
    {
        try
        {
            var closed = await router.CloseAsync(
                call.Spec, call.Fence, deadline.AtMost(YarpTraffic.AskLimit), cancellation);
            return closed switch
            {
                RouterAnswer<RouterSlot>.No({ Status: 404 } problem) =>
                    new Outcome.Refused($"the router is of a build that cannot be closed: {problem}"),
                _ => YarpTraffic.Unsettled(closed) ?? await ReadBackAsync(cancellation),
            };
        }
        catch (OperationCanceledException)
        {
            return new Outcome.Unknown("the attempt was given up before the router's fence was seen");
        }
    }

    private async Task<Outcome> ReadBackAsync(CancellationToken cancellation) =>
        await router.GetAsync(call.Spec, deadline.ForLastCall, cancellation) switch
        {
            RouterAnswer<RouterSlot>.Yes({ Fence: var fence }) when fence == call.Fence => new Outcome.Applied(),
            RouterAnswer<RouterSlot>.Yes({ Fence: var fence }) when fence > call.Fence => new Outcome.Overtaken(fence),
            RouterAnswer<RouterSlot>.Yes({ Fence: var fence }) =>
                new Outcome.Unknown($"the router acknowledged it and holds fence {fence}"),
            RouterAnswer<RouterSlot>.No(var problem) => new Outcome.Unknown(problem.ToString()),
            RouterAnswer<RouterSlot>.NotReached(var reason) => new Outcome.Unknown(reason),
            RouterAnswer<RouterSlot>.Lost(var reason) => new Outcome.Unknown(reason),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}
