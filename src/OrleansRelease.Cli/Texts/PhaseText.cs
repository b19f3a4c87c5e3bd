using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Cli.Texts;

/// <summary>What needs somebody is written large.</summary>
internal static class PhaseText
{
    public static string Loud(Phase phase) => phase switch
    {
        Phase.Paused => "PAUSED",
        Phase.Failed => "FAILED",
        Phase.RollingBack => "ROLLING BACK",
        _ => phase.ToString(),
    };

    public static bool IsOver(Phase phase) => phase is Phase.Succeeded or Phase.RolledBack or Phase.Cancelled
        or Phase.Superseded;
}
