using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Monitors;

/// <summary>
/// Makes a reading of what servers have seen. Whoever has seen it hold is believed; that it fails is believed of as
/// many as the monitor says.
/// </summary>
public static class Agreement
{
    /// <summary>Whether another server is to be asked after the first.</summary>
    public static bool NeedsAnother(MonitorCheck check, Sight first)
    {
        ArgumentNullException.ThrowIfNull(check);
        return check.Nodes > 1 && first is not Sight.Holds;
    }

    /// <summary>What one server alone has seen, where nobody else is needed.</summary>
    public static Reading Of(Sight only) => only switch
    {
        Sight.Holds(var words) => new Reading.Checked(true, OneLine.Of(words)),
        Sight.Fails(var words) => new Reading.Checked(false, OneLine.Of(words)),
        _ => new Reading.Error(OneLine.Of(only?.Words)),
    };

    /// <summary>
    /// What two have seen, one after the other. A failure that the other does not see is doubt, and no success: it may
    /// come and go.
    /// </summary>
    public static Reading Of(Sight first, Sight second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return (first, second) switch
        {
            (Sight.Fails, Sight.Fails) => new Reading.Checked(false, first.Words == second.Words
                ? $"both servers: {OneLine.Of(first.Words)}"
                : Both(first, second)),
            (Sight.Holds, _) => Of(first),
            (Sight.Fails, Sight.Holds) => new Reading.Error($"servers do not agree: {Both(first, second)}"),
            (_, Sight.Holds) => Of(second),
            _ => new Reading.Error(Both(first, second)),
        };
    }

    /// <summary>What the first has seen, and why there is no other.</summary>
    public static Reading Alone(Sight first, string why)
    {
        ArgumentNullException.ThrowIfNull(first);
        return new Reading.Error($"{OneLine.Of(first.Words)}; {why}");
    }

    /// <summary>Why there is no other in a cluster of one.</summary>
    public const string OnlyOne =
        "two servers must see that, and there is only this one: nodes: 1 in the Monitor lets one decide";

    private static string Both(Sight first, Sight second) =>
        $"one: {OneLine.Of(first.Words)}; another: {OneLine.Of(second.Words)}";
}
