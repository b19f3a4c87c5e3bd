namespace OrleansRelease.Host.Running;

/// <summary>
/// Asks again where no answer came. Whoever decides and is stopped turns calls away, also more than once before all
/// others know of it, or takes them with it, and nobody says so. All that a gateway asks may be asked twice: commands
/// carry ids, and the rest changes nothing.
/// </summary>
internal sealed partial class RepeatedCalls(TimeProvider time, ILogger<RepeatedCalls> logger) : IOutgoingGrainCallFilter
{
    /// <summary>
    /// No attempt begins later than this, but the second: a busy process finds out late that nobody has answered the
    /// first, and that one must not be all that was ever made.
    /// </summary>
    public static readonly TimeSpan AsksFor = ClusterSettings.ResponseTimeout + TimeSpan.FromSeconds(1);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        var began = time.GetTimestamp();
        var (attempt, pause) = (1, FirstPause);
        while (!await IsAnsweredAsync(context, attempt, began, pause))
        {
            await Task.Delay(pause, time);
            (attempt, pause) = (attempt + 1, Longer(pause));
        }
    }

    private async Task<bool> IsAnsweredAsync(
        IOutgoingGrainCallContext context, int attempt, long began, TimeSpan pause)
    {
        try
        {
            await context.Invoke();
            return true;
        }
        catch (Exception lost) when (
            IsLost(lost) && (attempt == 1 || time.GetElapsedTime(began) + pause < AsksFor))
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
