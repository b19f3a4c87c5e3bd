using Microsoft.Extensions.DependencyInjection;
using OrleansRelease.EndToEnd.Tests.Harness;
using OrleansRelease.LoadTests.Failover;
using OrleansRelease.LoadTests.Kills;

namespace OrleansRelease.EndToEnd.Tests;

/// <summary>What is measured for hours now and then starts in every build.</summary>
public sealed class WhenALoadRunStartsAServer
{
    [Fact]
    public Task It_answers_in_a_world_in_which_all_goes_well() => AnswersAsync(services => CalmWorld.AddTo(services));

    [Fact]
    public Task It_answers_in_a_world_that_is_another_process() => AnswersAsync(DistantWorld.At("http://127.0.0.1:9/"));

    private static async Task AnswersAsync(Action<IServiceCollection> world)
    {
        var host = new HostInProcess { Adapters = world };
        await host.InitializeAsync();
        try
        {
            using var answer = await host.Client.GetAsync("/api/v1/slots");
            answer.EnsureSuccessStatusCode();
        }
        finally
        {
            await host.DisposeAsync();
        }
    }
}
