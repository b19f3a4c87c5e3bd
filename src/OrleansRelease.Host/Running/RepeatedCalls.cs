namespace OrleansRelease.Host.Running;

/// <summary>
/// Asks again where no answer came. Whoever decides and is stopped turns calls away, also more than once before all
/// others know of it, or takes them with it, and nobody says so. All that a gateway asks may be asked twice: commands
/// carry ids, and the rest changes nothing.
/// </summary>
internal sealed partial class RepeatedCalls(TimeProvider time, ILogger<RepeatedCalls> logger) : IOutgoingGrainCallFilter
{
    /// <summary>
    /// No attempt begins later than this: long enough for one more after a first that nobody answered, and both within
    /// the time of a request.
    /// </summary>
    public static readonly TimeSpan AsksFor = ClusterSettings.ResponseTimeout + TimeSpan.FromSeconds(1);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        var began = time.GetTimestamp();
        for (var pause = FirstPause; !await IsAnsweredAsync(context, began, pause); pause = Longer(pause))
            await Task.Delay(pause, time);
    }

    private async Task<bool> IsAnsweredAsync(IOutgoingGrainCallContext context, long began, TimeSpan pause)
    {
        try
        {
            await context.Invoke();
            return true;
        }
        catch (Exception lost) when (IsLost(lost) && time.GetElapsedTime(began) + pause < AsksFor)
        {
            LogRepeated(context.InterfaceName, context.MethodName, lost);
            return false;
        }
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;

    // What was turned away because too many wait would make it worse.
    private static bool IsLost(Exception error) =>
        error is TimeoutException
            or OrleansException and not (LimitExceededException or GatewayTooBusyException);
}
