using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;
using OrleansRelease.EndToEnd.Tests.Harness;

namespace OrleansRelease.EndToEnd.Tests;

public sealed class WhenMetricsFail
{
    private static readonly TimeSpan SlowerThanTheLimit = TimeSpan.FromSeconds(5);

    private static readonly string[] Faults = ["dead", "empty", "nan", "slow", "malformed", "misspelt"];

    [Fact]
    public async Task Nothing_advances_and_the_explanation_names_the_metric_and_what_helps()
    {
        await using var numbers = await StartNumbersAsync();
        await using var world = await World.StartAsync();
        var services = Faults.Select(fault => DeclaredFor(fault, new Uri(numbers.Urls.First()))).ToList();
        // One after the other: six programs starting at once on two processors keep each other's users waiting.
        foreach (var service in services) await world.EstablishAsync(service, "1.0.0");
        var rollouts = new Dictionary<string, string>();
        foreach (var service in services) rollouts[service.Service] = await world.BeginAsync(service, "2.0.0");

        foreach (var (fault, rollout) in rollouts)
        {
            var held = await world.IsAsync(rollout, "held", view => view.State.Stage is Stage.Held);
            var explanation = await world.Api.ExplainAsync(rollout, CancellationToken.None);

            Assert.Equal(Weight.Percent(10), held.State.Exposure.Confirmed);
            Assert.Contains($"{fault}-users/errors", explanation.Because[0], StringComparison.Ordinal);
            await AssertIsAsExplainedAsync(world, rollout, explanation);
        }

        foreach (var (_, rollout) in rollouts) await world.EndsAsync(rollout, Phase.RolledBack);
        Assert.Empty(services.SelectMany(world.ProblemsOf));
    }

    /// <summary>What is called refused is refused, and then what is named as a way forward, done, moves it.</summary>
    private static async Task AssertIsAsExplainedAsync(World world, string rollout, Explanation explanation)
    {
        Assert.Contains(explanation.Refused, refused => refused.What == "promote");
        foreach (var refused in explanation.Refused)
        {
            Assert.NotNull(await world.Api.TryAsync(refused.What, rollout, CancellationToken.None));
        }

        Assert.Contains(explanation.Moves, move => move is { By: MovedBy.You, What: "abort" });
        Assert.Null(await world.Api.TryAsync("abort", rollout, CancellationToken.None));
        await world.IsAsync(
            rollout, "on its way back", view => view.State.Phase is Phase.RollingBack or Phase.RolledBack);
    }

    private static Declared DeclaredFor(string fault, Uri numbers) => new(fault)
    {
        Hold = "5m",
        Numbers = fault == "dead" ? new Uri("http://127.0.0.1:1/") : new Uri(numbers, fault),
        BadMember = fault == "misspelt" ? "bda" : "bad",
    };

    private static async Task<WebApplication> StartNumbersAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context => AnswerAsync(context, context.Request.Path.Value!.Split('/')[1]));
        await app.StartAsync();
        return app;
    }

    private static async Task AnswerAsync(HttpContext context, string fault)
    {
        if (fault == "slow")
        {
            using var late = new PeriodicTimer(SlowerThanTheLimit);
            await late.WaitForNextTickAsync(context.RequestAborted);
        }

        context.Response.ContentType = "application/json";
        context.Response.StatusCode = (int)HttpStatusCode.OK;
        await context.Response.WriteAsync(fault switch
        {
            "empty" => "",
            "nan" => """{"bad": NaN, "total": 100}""",
            "malformed" => """{"bad": 0, "total": """,
            _ => """{"bad": 0, "total": 100}""",
        });
    }
}
