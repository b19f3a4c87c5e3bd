using OrleansRelease.Cli.Tests.Harness;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Cli.Tests.Commands;

public sealed class WhenAReleaseIsWatched
{
    private static readonly PassageId Id = PassageId.From("shop-2026.11.3.production.2");

    private static readonly ActorName Anna = ActorName.From("anna");

    [Fact]
    public async Task One_that_went_back_as_a_person_wanted_ends_with_0() => Assert.Equal(
        0, await WatchedAsync(new PassageCause.Reversed(Id with { Number = 1 }, Anna, "prices are wrong")));

    [Fact]
    public async Task One_that_was_aborted_ends_with_1() =>
        Assert.Equal(1, await WatchedAsync(new PassageCause.Person(Anna, null)));

    private static async Task<int> WatchedAsync(PassageCause cause)
    {
        var now = Seeds.Now;
        var passage = new PassageState(
            Id, "sha256:back", Anna, Rank.Of(Id, now, 0), now,
            new PassageStage.Ended(PassagePhase.RolledBack, cause), now, [], now, null, 0, []);
        var leg = new Leg(Id.Environment, [], new LegStage.Ended(PassagePhase.RolledBack), Passages: 2);
        var release = new
        {
            Name = $"{Id.Release}",
            Phase = ReleasePhase.Stopped,
            Environments = new[]
            {
                new
                {
                    Environment = "staging", Passage = "shop-2026.11.3.staging.1", Phase = "Succeeded",
                    UpdatedAt = now,
                },
                new
                {
                    Environment = "production", Passage = $"{Id}", Phase = "RolledBack",
                    UpdatedAt = now + TimeSpan.FromMinutes(1),
                },
            },
            State = new ReleaseState(Id.Release, Anna, 0, now, now, [leg]),
        };
        await using var server = await ScriptedServer.StartAsync((http, asked) => ScriptedServer.AnswerAsync(
            http, 200,
            asked.Path.StartsWith("/api/v1/events", StringComparison.Ordinal) ? "event: heartbeat\ndata: {}\n\n"
                : asked.Path.EndsWith("/state", StringComparison.Ordinal) ? Vocabulary.Write(release)
                : asked.Path.EndsWith("/production", StringComparison.Ordinal)
                    ? Vocabulary.Write(new { Phase = PassagePhase.RolledBack, State = passage })
                : "{}"));

        var ran = await Ran.OrelAsync(server, "release", "watch", $"{Id.Release}");

        Assert.Equal("", ran.Error);
        Assert.Contains("Stopped: staging Succeeded · production RolledBack", ran.Out, StringComparison.Ordinal);
        return ran.Exit;
    }
}
