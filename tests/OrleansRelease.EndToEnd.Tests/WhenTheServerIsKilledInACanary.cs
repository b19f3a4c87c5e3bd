using System.Globalization;
using OrleansRelease.Contracts.Rollouts;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.EndToEnd.Tests.Harness;
using OrleansRelease.Host.Samples;
using Xunit.Abstractions;

namespace OrleansRelease.EndToEnd.Tests;

/// <summary>
/// <c>eng/kill-rounds N</c> runs this with N rounds; without it there are two. The moment of the kill goes through all
/// phases of a canary, and within a phase from its first moment on.
/// </summary>
public sealed class WhenTheServerIsKilledInACanary(ITestOutputHelper output)
{
    private const string RoundsVariable = "OREL_KILL_ROUNDS";

    // An outage takes seconds, and it is not for an outage that a version is to be taken back.
    private static readonly Declared Shop = new("shop") { Hold = "60s" };

    private static readonly (string Name, SampleFault Fault, Func<RolloutView, bool> IsReached)[] Moments =
    [
        ("while 50 % are being set", SampleFault.None, view => IsActing(view, 3)),
        ("while it is taken back", SampleFault.Errors, view => view.State.Stage is Stage.GoingBack),
        ("right after the start", SampleFault.None, _ => true),
        ("while the version is being started", SampleFault.None, view => IsActing(view, 0)),
        ("while 10 % are being set", SampleFault.None, view => IsActing(view, 1)),
        ("in the pause at 10 %", SampleFault.None, view => view.State.Stage is Stage.Moving { Step: 2 }),
        ("in the pause at 50 %", SampleFault.None, view => view.State.Stage is Stage.Moving { Step: 4 }),
        ("while 100 % are being set", SampleFault.None, view => IsActing(view, 5)),
        ("while it is verified", SampleFault.None, view => view.State.Stage is Stage.Moving { Work: Work.Covering }),
        ("when the first bad answers were counted", SampleFault.Errors,
            view => view.State.Tallies.Values.Any(tally => tally.Failed > 0)),
        ("when it has just ended", SampleFault.None, view => view.State.IsTerminal),
    ];

    [Fact]
    public async Task The_rollout_ends_as_it_must_and_nothing_is_out_of_order_doubled_or_lost()
    {
        await using var world = await World.StartAsync();
        var shop = Shop with { Numbers = world.Scene.NumbersUrl };
        await world.EstablishAsync(shop, "1.0.0");
        for (var round = 1; round <= Rounds; round++)
        {
            var (name, fault, isReached) = Moments[(round - 1) % Moments.Length];
            var version = string.Create(CultureInfo.InvariantCulture, $"2.{round}.0");
            var rollout = await world.BeginAsync(shop, version, fault);
            await world.IsAsync(rollout, name, view => isReached(view) || view.State.IsTerminal);

            var killed = TimeProvider.System.GetTimestamp();
            await world.Scene.KillServerAsync();
            await world.Scene.RestartServerAsync(CancellationToken.None);
            var away = TimeProvider.System.GetElapsedTime(killed);

            var end = await world.EndsAsync(rollout, fault == SampleFault.None ? Phase.Succeeded : Phase.RolledBack);
            Assert.Empty(world.ProblemsOf(shop));
            output.WriteLine(
                $"{round,3}  {name,-42} {end.State.Phase,-10} server away {away.TotalSeconds:0.0} s, "
                + $"{end.Sequence} decisions");
        }
    }

    private static int Rounds =>
        int.Parse(Environment.GetEnvironmentVariable(RoundsVariable) ?? "2", CultureInfo.InvariantCulture);

    private static bool IsActing(RolloutView view, int step) =>
        view.State.Stage is Stage.Moving { Work: Work.Acting } moving && moving.Step == step;
}
