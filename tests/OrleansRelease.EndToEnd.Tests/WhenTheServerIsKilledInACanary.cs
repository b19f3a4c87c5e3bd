using System.Globalization;
using OrleansRelease.Contracts.Rollouts;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.EndToEnd.Tests.Harness;
using OrleansRelease.Host.Samples;
using Xunit.Abstractions;

namespace OrleansRelease.EndToEnd.Tests;

/// <summary>
/// <c>eng/kill-rounds N</c> runs this with N rounds; without it there are two. The moment of the kill goes through all
/// phases of a canary. A kill counts when what the dead server had stored shows that it came at its moment; one that
/// came too late or too early is made again.
/// </summary>
public sealed class WhenTheServerIsKilledInACanary(ITestOutputHelper output)
{
    private const string RoundsVariable = "OREL_KILL_ROUNDS";

    /// <summary>Only moments whose name contains this.</summary>
    private const string OnlyVariable = "OREL_KILL_ONLY";

    private const int MaxTries = 5;

    [Fact]
    public async Task The_rollout_ends_as_it_must_and_nothing_is_out_of_order_doubled_or_lost()
    {
        await using var world = await World.StartAsync();
        var scene = new KillScene(world);
        await world.EstablishAsync(scene.Shop, "1.0.0");
        var kills = Moments.ToDictionary(moment => moment, _ => (Met: 0, All: 0));
        try
        {
            for (var round = 1; round <= Rounds; round++)
            {
                var moment = Moments[(round - 1) % Moments.Count];
                var met = false;
                for (var attempt = 1; !met; attempt++)
                {
                    Assert.True(attempt <= MaxTries, $"{MaxTries} kills have missed the moment {moment.Name}");
                    met = await KillAsync(world, scene, moment, round, attempt);
                    kills[moment] = (kills[moment].Met + (met ? 1 : 0), kills[moment].All + 1);
                }
            }
        }
        finally
        {
            foreach (var (moment, (met, all)) in kills)
                output.WriteLine($"     {moment.Name,-42} met by {met} of {all} kills");
        }
    }

    /// <summary>One kill; whether it met its moment.</summary>
    private async Task<bool> KillAsync(World world, KillScene scene, KillMoment moment, int round, int attempt)
    {
        var version = string.Create(CultureInfo.InvariantCulture, $"2.{round}.{attempt}");
        await moment.Before(scene, version);
        var rollout = await world.BeginAsync(scene.Shop, version, moment.Fault);
        await moment.Started(scene, rollout);
        await world.IsAsync(rollout, moment.Name, view => moment.IsIt(view.State) || view.State.IsTerminal);

        var killed = TimeProvider.System.GetTimestamp();
        await world.Scene.KillServerAsync();
        var stored = await StoredRollout.ReadAsync(world.Folder.Server, rollout);
        await world.Scene.RestartServerAsync(CancellationToken.None);
        var away = TimeProvider.System.GetElapsedTime(killed);

        if (moment.Lasts)
        {
            var found = await world.Api.GetAsync(rollout, CancellationToken.None);
            Assert.True(moment.IsIt(found.State), $"{moment.Name}: after the restart it is {found.State.Stage}");
        }

        await moment.Back(scene, rollout);
        var end = await world.EndsAsync(
            rollout, moment.Fault == SampleFault.None ? Phase.Succeeded : Phase.RolledBack);
        Assert.Empty(scene.Problems());
        var missed = moment.IsIt(stored) ? "" : $", missed: {stored.Stage}";
        output.WriteLine(Line(round, moment, end, away) + missed);
        return moment.IsIt(stored);
    }

    private static string Line(int round, KillMoment moment, RolloutView end, TimeSpan away) =>
        $"{round,3}  {moment.Name,-42} {end.State.Phase,-10} server away {away.TotalSeconds:0.0} s, "
        + $"{end.Sequence} decisions";

    private static int Rounds =>
        int.Parse(Environment.GetEnvironmentVariable(RoundsVariable) ?? "2", CultureInfo.InvariantCulture);

    private static IReadOnlyList<KillMoment> Moments =>
        [.. KillMoment.All.Where(moment => moment.Name.Contains(
            Environment.GetEnvironmentVariable(OnlyVariable) ?? "", StringComparison.Ordinal))];
}
