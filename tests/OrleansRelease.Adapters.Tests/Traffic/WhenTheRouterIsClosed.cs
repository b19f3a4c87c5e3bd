using Microsoft.AspNetCore.Http;
using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Adapters.Resilience;
using OrleansRelease.Adapters.Tests.Metrics;
using OrleansRelease.Adapters.Traffic.Yarp;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Specs;
using OrleansRelease.Router;
using OrleansRelease.Testing.Routers;

namespace OrleansRelease.Adapters.Tests.Traffic;

/// <summary>The real router; whoever has the slot moves it between any two calls that closing makes.</summary>
public sealed class WhenTheRouterIsClosed : IAsyncLifetime
{
    private static readonly TimeSpan Patient = TimeSpan.FromSeconds(8);

    private readonly OutgoingHttp _http = new(new MachineClock());
    private RouterRig _router = null!;
    private Upstream _old = null!;
    private Upstream _new = null!;
    private Source _between = null!;

    private YarpTraffic Traffic => field ??=
        new YarpTraffic(_http, new Pipelines(TimeProvider.System), TimeProvider.System);

    public async Task InitializeAsync()
    {
        _router = await RouterRig.StartAsync();
        _old = await Upstream.StartAsync("1.0");
        _new = await Upstream.StartAsync("2.0");
        _between = await Source.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _between.DisposeAsync();
        await _router.DisposeAsync();
        await _old.DisposeAsync();
        await _new.DisposeAsync();
        _http.Dispose();
    }

    /// <summary>What the router took last is what it keeps, however many calls that are.</summary>
    [Fact]
    public async Task Nothing_is_undone_that_was_set_until_then()
    {
        var (ordinal, taken) = (0, 0);
        _between.Answer = async context =>
        {
            ordinal++;
            using var moved = await _router.PutAsync(
                new Fence(1, 1, ordinal), ("1.0", 10_000 - ordinal, [_old.Address]), ("2.0", ordinal, [_new.Address]));
            if (moved.IsSuccessStatusCode) taken = ordinal;
            await PassOnAsync(context);
        };

        Assert.IsType<Outcome.Applied>(await CloseAsync());

        var view = await Traffic.ObserveAsync(Spec(), CancellationToken.None);
        Assert.Equal((new Fence(1, 2, 99), taken), (view!.Fence, view.Weights[Specs.New].BasisPoints));
        Assert.InRange(taken, 1, ordinal);
    }

    [Fact]
    public async Task One_that_is_not_there_is_not()
    {
        await _router.StopAsync();

        Assert.IsType<Outcome.NotApplied>(await CloseAsync(_router.AdminUrl));
    }

    [Fact]
    public async Task One_of_a_build_before_cannot_be_and_that_is_said()
    {
        _between.Says("", 404);

        Assert.Contains(
            "cannot be closed", Assert.IsType<Outcome.Refused>(await CloseAsync()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_forgets_it_at_once_is_not_believed()
    {
        _between.Answer = async context =>
        {
            await PassOnAsync(context);
            if (context.Request.Method == HttpMethods.Post) await _router.RestartAsync(RouterFault.Forgets);
        };

        Assert.IsType<Outcome.Unknown>(await CloseAsync());
    }

    private Task<Outcome> CloseAsync(Uri? at = null) =>
        Traffic.CloseAsync(new(Spec(at), new Fence(1, 2, 99), Patient), CancellationToken.None);

    private RolloutSpec Spec(Uri? at = null) => Specs.With(
        "yarp", at ?? _between.Url, new SecretRef(null, _router.TokenFile), Patient);

    private async Task PassOnAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        using var answer = await _router.SendAsync(
            new HttpMethod(context.Request.Method), context.Request.Path.Value!.TrimStart('/'),
            new ByteArrayContent(body.ToArray()));
        context.Response.StatusCode = (int)answer.StatusCode;
        await context.Response.Body.WriteAsync(await answer.Content.ReadAsByteArrayAsync());
    }
}
