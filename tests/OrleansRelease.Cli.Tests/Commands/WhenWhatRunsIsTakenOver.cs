using System.Collections.Immutable;
using OrleansRelease.Cli.Tests.Harness;
using OrleansRelease.Cli.Texts;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Cli.Tests.Commands;

public sealed class WhenWhatRunsIsTakenOver
{
    private static readonly VersionName Running = VersionName.From("3.1.4");

    private static readonly AdoptionAnswer Adopted = new(
        new(
            Seeds.Id.Slot, Running, Seeds.Now, null, null, ActorName.From("ana"), null, 0, null),
        new Observation(
            Seeds.Now, ImmutableSortedDictionary<string, Weight>.Empty.Add($"{Running}", Weight.All),
            ImmutableSortedDictionary<string, InstanceCount>.Empty.Add($"{Running}", new(2, 2)), new Fence(1, 7, 3)),
        RolloutPlan.Of(
            Seeds.Spec with { Version = VersionName.From("next") }, "sha256:4f1c09aa", Running));

    [Fact]
    public async Task What_was_seen_and_the_first_plan_are_shown()
    {
        await using var server = await ScriptedServer.StartAsync(200, Vocabulary.Write(Adopted));

        var ran = await Ran.OrelAsync(server, "adopt", "checkout", "-e", "production", "--version", "3.1.4");

        Assert.Equal((0, ""), (ran.Exit, ran.Error));
        Golden.Check("adopt", ran.Out.TrimEnd());
        var asked = server.Requests.Single();
        Assert.Equal("/api/v1/slots/checkout.production/adopt", asked.Path);
        Assert.Equal("""{"version":"3.1.4"}""", asked.Body);
        Assert.NotNull(asked.Key);
    }

    [Fact]
    public async Task Nobody_has_to_name_the_version()
    {
        await using var server = await ScriptedServer.StartAsync(200, Vocabulary.Write(Adopted));

        var ran = await Ran.OrelAsync(server, "adopt", "checkout", "-e", "production");

        Assert.Equal((0, ""), (ran.Exit, ran.Error));
        Assert.Contains("3.1.4", ran.Out, StringComparison.Ordinal);
        Assert.Equal("{}", server.Requests.Single().Body);
    }

    [Fact]
    public async Task A_dry_run_only_asks()
    {
        await using var server = await ScriptedServer.StartAsync(200, Vocabulary.Write(Adopted));

        var ran = await Ran.OrelAsync(
            server, "adopt", "checkout", "-e", "production", "--version", "3.1.4", "--dry-run");

        Assert.Contains("WOULD BE TAKEN OVER (dry run)", ran.Out, StringComparison.Ordinal);
        Assert.Equal("/api/v1/slots/checkout.production/adopt?dryRun=true", server.Requests.Single().Path);
    }
}
