namespace OrleansRelease.Host.Running;

/// <summary>
/// Asks once more where no answer came. Whoever decides and is stopped takes calls with it that had just arrived, and
/// nobody says so; by the time that this is noticed another one has taken over. All that a gateway asks may be asked
/// twice: commands carry ids, and the rest changes nothing.
/// </summary>
internal sealed partial class RepeatedCalls(ILogger<RepeatedCalls> logger) : IOutgoingGrainCallFilter
{
    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (Exception lost) when (IsLost(lost))
        {
            LogRepeated(context.InterfaceName, context.MethodName, lost);
            await context.Invoke();
        }
    }

    // What was turned away because too many wait would make it worse.
    private static bool IsLost(Exception error) =>
        error is TimeoutException
            or OrleansException and not (LimitExceededException or Orleans.Runtime.GatewayTooBusyException);
}
