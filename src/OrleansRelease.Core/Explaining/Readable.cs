using System.Globalization;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Explaining;

/// <summary>Times, shares and phases as people read them.</summary>
public static class Readable
{
    /// <summary>To the second; under ten seconds to the tenth.</summary>
    public static string Age(TimeSpan age) => age < TimeSpan.FromSeconds(10)
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(age.TotalSeconds, 0):0.#}s")
        : Duration.Format(TimeSpan.FromSeconds(Math.Round(age.TotalSeconds)));

    /// <summary>A time of day, with the date where it is another day than now.</summary>
    public static string Clock(DateTimeOffset at, DateTimeOffset now) => at.UtcDateTime.ToString(
        at.UtcDateTime.Date == now.UtcDateTime.Date ? "HH:mm:ss'Z'" : "d MMM HH:mm:ss'Z'",
        CultureInfo.InvariantCulture);

    /// <summary>What moves from where to where, and what else belongs into a headline.</summary>
    public static string Moving(SlotKey slot, VersionName? from, VersionName to, string more) =>
        $"{slot.Service} {from?.ToString() ?? "nothing"} → {to} · {slot.Environment} · {more}";

    public static string Count(double count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Percent(double share) => (share * 100).ToString("0.00", CultureInfo.InvariantCulture) + " %";

    /// <summary>What needs somebody is written large.</summary>
    public static string Loud(Phase phase) => phase switch
    {
        Phase.Paused => "PAUSED",
        Phase.Failed => "FAILED",
        Phase.RollingBack => "ROLLING BACK",
        Phase.Halted => "HALTED",
        _ => phase.ToString(),
    };
}
