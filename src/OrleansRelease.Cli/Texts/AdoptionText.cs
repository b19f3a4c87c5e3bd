using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Slots;

namespace OrleansRelease.Cli.Texts;

/// <summary>What was taken over, and what comes next.</summary>
internal static class AdoptionText
{
    public static string Of(AdoptionAnswer it, bool isDry, DateTimeOffset now, int width)
    {
        var standing = it.Standing;
        return string.Join('\n',
        [
            Layout.Ends(
                $"{standing.Slot.Service} {standing.Stable} · {standing.Slot.Environment}",
                isDry ? "WOULD BE TAKEN OVER (dry run)" : "TAKEN OVER", width),
            .. Layout.Under("seen",
            [
                $"requests go to {it.Seen.SharesText()}",
                .. it.Seen.Running.Select(running => $"{running.Key}: {running.Value}"),
            ]),
            .. Layout.Under("moved", ["nothing"]),
            .. Layout.Under("next", [$"the first rollout would go so; {it.FirstPlan.To} is whatever version comes"]),
            "",
            PlanText.Of(it.FirstPlan, now, width),
        ]);
    }
}

/// <summary>A slot that was taken over, as the API tells it.</summary>
internal sealed record AdoptionAnswer(Standing Standing, Observation Seen, RolloutPlan FirstPlan);
