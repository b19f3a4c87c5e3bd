using System.Diagnostics;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Cli.Texts;

/// <summary>A freeze as the API tells it.</summary>
internal sealed record FrozenAnswer(EnvironmentName Environment, Freeze? Freeze);

/// <summary>What a command did to a freeze.</summary>
internal static class FreezeTexts
{
    public static string Of(FreezeAnswer it, bool dryRun, DateTimeOffset now)
    {
        var until = it.Freeze is { } freeze
            ? $"until {Readable.Clock(freeze.Until, now)} ({Readable.Age(freeze.Until - now)})"
            : "";
        var be = dryRun ? "would be" : "is";
        var said = it.Outcome switch
        {
            FreezeOutcome.Frozen => $"{it.Environment} {be} frozen {until}",
            FreezeOutcome.Extended => $"{it.Environment} is frozen already, {be} so now {until}: extended",
            FreezeOutcome.Shortened => $"{it.Environment} is frozen already, {be} so now {until}: shortened",
            FreezeOutcome.Thawed => $"{it.Environment} {be} thawed",
            FreezeOutcome.Unchanged => $"{it.Environment} is not frozen: nothing to thaw",
            _ => throw new UnreachableException(),
        };
        if (dryRun) return $"{said} (dry run)";
        return it.Outcome switch
        {
            FreezeOutcome.Frozen => $"{said}\n"
                + "forward   nothing starts later than 2s from now; what has been begun may end\n"
                + "back      ways back, aborts and pauses go on\n"
                + $"next      orel thaw -e {it.Environment} --reason WHY",
            FreezeOutcome.Thawed => $"{said}\nnext      what waited goes on by itself within 10s",
            _ => said,
        };
    }
}
