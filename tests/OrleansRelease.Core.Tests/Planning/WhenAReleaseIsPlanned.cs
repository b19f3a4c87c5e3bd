using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Tests.Slos;

namespace OrleansRelease.Core.Tests.Planning;

public sealed class WhenAReleaseIsPlanned
{
    [Fact]
    public void Each_service_is_in_its_wave_and_says_who_put_it_there()
    {
        var plan = Shop.Plan();

        Assert.True(plan.IsReady, string.Join("; ", plan.Refusals));
        Assert.Equal(
            [
                "1 catalog 2.3.9 → 2.4.0", "2 cart 1.9.0 → 1.9.1 after catalog Catalogue",
                "2 search 8.0.2 → 8.1.0 after catalog Catalogue",
                "3 web nothing → 3.2.0 after cart Release, search Catalogue",
            ],
            plan.Moves.Select(move => $"{move.Wave} {move.Service} {move.From?.ToString() ?? "nothing"} → {move.To}"
                + (move.After.IsEmpty ? "" : " after ")
                + string.Join(", ", move.After.Select(need => $"{need.On} {need.Origin}"))));
        // 5 + 5 minutes at shares, 10 minutes verified: three of these one after the other.
        Assert.Equal(TimeSpan.FromMinutes(60), plan.AtLeast);
        Assert.Equal(3, plan.Waves);
    }

    [Theory]
    [InlineData(1, 80)]
    [InlineData(25, 60)]
    public void It_takes_as_long_as_its_chain_and_as_its_services_after_each_other(int atOnce, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), (Shop.Plan() with { MaxParallel = atOnce }).AtLeast);

    /// <summary>Only a release that goes back as a whole lets a service wait for those that came after it.</summary>
    [Theory]
    [InlineData(OnFailure.RollbackRelease, true)]
    [InlineData(OnFailure.RollbackService, false)]
    [InlineData(OnFailure.Hold, false)]
    public void A_service_is_bad_until_others_have_gone_back_where_they_go_back_before_it(OnFailure then, bool waits)
    {
        var plan = Shop.Plan(
            release => release with { Spec = release.Spec with { OnFailure = then } },
            promised: Counted.Availability with { Metric = "router-errors/errors" });

        var rollouts = ((PassageResolution.Resolved)Shop.Resolved()).Rollouts;
        foreach (var move in plan.Moves)
        {
            var rollout = rollouts.Single(spec => spec.Service == move.Service);
            var own = Bound.Of(rollout, hasBaseline: move.From is not null)!.Total;
            Assert.True(plan.Bound!.Total > own);
            Assert.Equal(waits ? plan.Bound.Total : own, move.Prices!.Value[0].Dearest.Outage);
        }
    }

    [Fact]
    public void The_way_back_is_there_as_if_everything_had_happened()
    {
        var back = Shop.Plan().Back;

        Assert.False(back.IsCarriedOut);
        Assert.Equal(
            ["web after ", "search after web", "cart after web", "catalog after cart search"],
            back.Steps.Select(step => $"{step.Service} after {string.Join(' ', step.After)}"));
        Assert.Equal("catalog cart search web", string.Join(' ', back.Resume));
        Assert.Equal("traffic off, retire 3.2.0", string.Join(", ", back.Steps[0].Steps));
        Assert.Equal("2.3.9 checked, traffic to 2.3.9, retire 2.4.0", string.Join(", ", back.Steps[^1].Steps));
        Assert.InRange(back.AtMost, TimeSpan.FromSeconds(15), Shop.Plan().Bound!.Total);
    }

    [Fact]
    public void All_that_forbids_the_start_is_said_at_once_and_the_plan_is_there_all_the_same()
    {
        var plan = Shop.Plan(
            release => release with
            {
                Spec = release.Spec with
                {
                    Rollback = new(TimeSpan.FromMinutes(1)),
                    Requires = null,
                    Services = release.Spec.Services.SetItem("catalog", new(VersionName.From("2.3.9"))),
                },
            });

        Assert.Equal([RefusalCodes.BoundExceeded], plan.Refusals.Select(one => one.Code));
        Assert.Equal(4, plan.Moves.Length);
    }

    [Fact]
    public void What_is_at_its_version_already_is_left_as_it_is_and_forbids_nothing_also_where_that_is_all_of_it()
    {
        var stable = new Dictionary<string, string>(Shop.Running) { ["catalog"] = "2.4.0" };

        var again = Shop.Plan(running: stable);
        Assert.True(again.IsReady, string.Join("; ", again.Refusals));
        Assert.DoesNotContain(again.Back.Steps, step => step.Service == ServiceName.From("catalog"));

        var needless = Shop.Plan(running: again.Moves.ToDictionary(move => $"{move.Service}", move => $"{move.To}"));
        // What comes next asks that it has completed here, and was measured.
        Assert.True(needless.IsReady, string.Join("; ", needless.Refusals));
        Assert.Empty(needless.Back.Steps);
    }

    [Fact]
    public void What_has_to_be_there_before_and_is_not_forbids_the_start()
    {
        // The consumer was made to go first, so its provider has to be there already.
        var plan = Shop.Plan(release => release with
        {
            Spec = release.Spec with
            {
                Services = release.Spec.Services.SetItem(
                    "catalog", release.Spec.Services["catalog"] with { Needs = [ServiceName.From("cart")] }),
            },
        });

        var required = Assert.Single(plan.Requires);
        Assert.Equal((Otherwise.Refuse, false), (required.Otherwise, required.IsMet));
        Assert.Equal(RefusalCodes.RequirementNotMet, Assert.Single(plan.Refusals).Code);
        var catalog = plan.Moves.Single(move => $"{move.Service}" == "catalog");
        Assert.Equal(NeedOrigin.Release, Assert.Single(catalog.After).Origin);
    }

    [Theory]
    [InlineData("2.0.0", null)]
    [InlineData(null, null)]
    [InlineData("main-4711", RefusalCodes.BadVersion)]
    public void What_no_waiting_would_bring_forbids_the_start(string? stable, string? code)
    {
        var plan = Shop.Plan(
            release => release with
            {
                Spec = release.Spec with
                {
                    Requires = [new(ServiceName.From("cart"), VersionName.From("2.1.0"), Otherwise.Wait)],
                    Services = release.Spec.Services.Remove("cart").SetItem(
                        "web", release.Spec.Services["web"] with { Needs = null }),
                },
            },
            stable: stable);

        Assert.Equal(code, plan.Refusals.Select(refusal => refusal.Code).SingleOrDefault());
    }

    [Fact]
    public void It_is_the_same_after_it_was_sent()
    {
        var json = Vocabulary.Write(Shop.Plan());

        Assert.Equal(json, Vocabulary.Write(Vocabulary.Read<ReleasePlan>(json)));
    }
}
