using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Cli.Texts;

/// <summary>What a phase means to somebody who waits.</summary>
internal static class PhaseText
{
    public static bool IsOver(Phase phase) => phase is Phase.Succeeded or Phase.RolledBack or Phase.Cancelled
        or Phase.Superseded;
}
