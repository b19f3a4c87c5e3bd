using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Freezes;

/// <summary>A freeze before people.</summary>
public static class FreezeText
{
    public static string Of(EnvironmentName environment, Freeze freeze, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(freeze);
        return $"{environment} is frozen by {freeze.Actor} until {Readable.Clock(freeze.Until, now)}: "
            + OneLine(freeze.Reason);
    }

    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
