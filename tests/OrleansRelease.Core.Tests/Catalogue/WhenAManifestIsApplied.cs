using OrleansRelease.Core.Catalogue;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Tests.Catalogue;

public sealed class WhenAManifestIsApplied
{
    private static readonly ManifestKey Key = ManifestKey.From("Service/checkout");
    private static readonly CatalogueDecider Decider = new();
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(null, null, true)]
    [InlineData(null, CatalogueDecider.None, true)]
    [InlineData(null, CatalogueDecider.Any, false)]
    [InlineData(null, "sha256:a", false)]
    [InlineData("sha256:a", null, true)]
    [InlineData("sha256:a", CatalogueDecider.None, false)]
    [InlineData("sha256:a", CatalogueDecider.Any, true)]
    [InlineData("sha256:a", "sha256:a", true)]
    [InlineData("sha256:a", "sha256:b", false)]
    public void Only_what_was_seen_is_overwritten(string? before, string? ifMatch, bool accepted)
    {
        var result = Decider.Step(Given(before), new ManifestInput.Apply(Key, "sha256:new", ifMatch), null, 1, Now);
        if (accepted)
        {
            var state = Assert.IsType<StepResult<ManifestState>.Written>(result).Row.State;
            Assert.Equal(new ManifestState(Key, "sha256:new", Now), state);
        }
        else
        {
            var refusal = Assert.IsType<StepResult<ManifestState>.Refused>(result).Refusal;
            Assert.Equal("precondition-failed", refusal.Code);
            Assert.Equal(before ?? CatalogueDecider.None, refusal.Accepted);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(CatalogueDecider.Any)]
    [InlineData("sha256:a")]
    public void A_release_has_one_content_for_ever(string? ifMatch)
    {
        var key = ManifestKey.From("Release/shop-2026.11.3");
        var row = Row<ManifestState>.Empty with { Sequence = 1, State = new(key, "sha256:a", Now) };

        var other = Decider.Step(row, new ManifestInput.Apply(key, "sha256:b", ifMatch), null, 1, Now);
        var same = Decider.Step(row, new ManifestInput.Apply(key, "sha256:a", ifMatch), null, 1, Now);

        var refusal = Assert.IsType<StepResult<ManifestState>.Refused>(other).Refusal;
        Assert.Equal(RefusalCodes.Immutable, refusal.Code);
        Assert.Contains("Release/shop-2026.11.3 is there with other content", refusal.Reason, StringComparison.Ordinal);
        Assert.IsType<StepResult<ManifestState>.Unchanged>(same);
    }

    [Fact]
    public void The_same_content_again_writes_nothing() =>
        Assert.IsType<StepResult<ManifestState>.Unchanged>(Decider.Step(
            Given("sha256:a"), new ManifestInput.Apply(Key, "sha256:a", null), null, 1, Now));

    [Fact]
    public void A_command_that_is_repeated_later_overwrites_nobody()
    {
        var mine = new Command(CommandId.From("mine"), ActorName.From("x"));
        var apply = new ManifestInput.Apply(Key, "sha256:a", null);
        var noted = Written(Given("sha256:a"), apply, mine);
        var other = Written(noted, new ManifestInput.Apply(Key, "sha256:b", null), null);

        var repeated = Decider.Step(other, apply, mine, 1, Now);

        Assert.Equal(new StepResult<ManifestState>.Unchanged("sha256:a"), repeated);

        static Row<ManifestState> Written(Row<ManifestState> row, ManifestInput input, Command? command) =>
            Assert.IsType<StepResult<ManifestState>.Written>(Decider.Step(row, input, command, 1, Now)).Row;
    }

    [Theory]
    [InlineData(null)]
    [InlineData("sha256:a")]
    public void Nothing_else_changes_it(string? before)
    {
        ManifestInput[] others =
            [new ManifestInput.Tick(), new ManifestInput.OutcomeReported(new(1, 1, new Outcome.Applied()))];
        Assert.All(others, input => Assert.IsType<StepResult<ManifestState>.Unchanged>(
            Decider.Step(Given(before), input, null, 1, Now)));
    }

    [Theory]
    [InlineData("Service/checkout", true)]
    [InlineData("checkout", false)]
    [InlineData("Service/", false)]
    [InlineData("/checkout", false)]
    [InlineData("Service/Check/out", false)]
    [InlineData("Ser vice/checkout", false)]
    public void A_key_is_a_kind_and_a_name(string text, bool valid) =>
        Assert.Equal(valid ? text : null, ManifestKey.Parse(text)?.ToString());

    private static Row<ManifestState> Given(string? hash) => hash is null
        ? Row<ManifestState>.Empty
        : Row<ManifestState>.Empty with { Sequence = 1, State = new(Key, hash, Now) };
}
