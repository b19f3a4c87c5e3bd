using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>Any earlier record of a seeded world meets any later state of its outside.</summary>
public sealed class WhenTheStoreIsRestored
{
    private const int Worlds = 300;

    private const int RestoresOfEach = 8;

    private const int EveryNth = 5;

    [Fact]
    public void A_person_can_take_everything_back_from_wherever_the_world_has_gone()
    {
        var (differing, holding) = (0, 0);
        Parallel.For(1, Worlds + 1, seed =>
        {
            var (world, moments) = Lived(seed);
            var dice = new Dice(seed);
            for (var i = 0; i < RestoresOfEach; i++)
            {
                var record = dice.Between(0, moments.Count - 1);
                var seen = moments[dice.Between(record, moments.Count - 1)];
                if (moments[record].Row.State is null or { IsTerminal: true }) continue;
                var restored = new RestoredWorld(world, moments[record].Row, seen);
                if (restored.Look() is Restored.Differs) Interlocked.Increment(ref differing);
                else Interlocked.Increment(ref holding);
                restored.TakeBack();
                restored.CheckThatAllIsAsItWas($"seed {seed}, record {record}");
            }
        });
        // Both ways are met often, or this says little.
        Assert.True(differing > Worlds / 2 && holding > Worlds / 2, $"{differing} differed and {holding} did not");
    }

    [Fact]
    public void An_abort_before_anything_was_seen_takes_everything_back_as_well() => Parallel.For(1, Worlds + 1, seed =>
    {
        var (world, moments) = Lived(seed);
        var dice = new Dice(seed);
        for (var i = 0; i < RestoresOfEach; i++)
        {
            var record = dice.Between(0, moments.Count - 1);
            if (moments[record].Row.State is null or { IsTerminal: true }) continue;
            var restored = new RestoredWorld(
                world, moments[record].Row, moments[dice.Between(record, moments.Count - 1)]);
            restored.AbortUnseen();
            restored.TakeBack();
            restored.CheckThatAllIsAsItWas($"seed {seed}, record {record}, aborted unseen");
        }
    });

    [Fact]
    public void A_record_that_is_not_old_never_differs() => Parallel.For(1, Worlds + 1, seed =>
    {
        var (world, moments) = Lived(seed);
        foreach (var (moment, i) in moments.Select((moment, i) => (moment, i)))
        {
            if (i % EveryNth != 0 || moment.Row.State is null or { IsTerminal: true }) continue;
            var found = new RestoredWorld(world, moment.Row, moment).Look();
            Assert.False(
                found is Restored.Differs,
                $"seed {seed}, record {i}: {moment.Row.State.Stage} {string.Join("; ", RestoredText.Reasons(found))}");
        }
    });

    private static (World World, IReadOnlyList<OutsideThen> Moments) Lived(int seed)
    {
        var witness = new Witness();
        var world = new World(seed, new Coverage(), witness);
        witness.World = world;
        world.Run();
        return (world, witness.Moments);
    }

    /// <summary>Keeps every record with the outside as it was then.</summary>
    private sealed class Witness : Tamper
    {
        public World? World { get; set; }

        public List<OutsideThen> Moments { get; } = [];

        public override WriteAnswer Write(
            Store store, StepResult<RolloutState>.Written written, long known, Faults faults)
        {
            var answer = base.Write(store, written, known, faults);
            var outside = World!.Outside;
            if (store.Row == written.Row)
            {
                Moments.Add(new(
                    store.Load(), World.Now, outside.Share, outside.Runs(outside.Candidate),
                    outside.Baseline is { } baseline && outside.Runs(baseline)));
            }

            return answer;
        }
    }
}

/// <summary>A record, when it was written, and what was there then.</summary>
internal sealed record OutsideThen(
    Row<RolloutState> Row, DateTimeOffset At, double Share, bool CandidateRuns, bool BaselineRuns);
