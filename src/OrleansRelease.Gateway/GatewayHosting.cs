using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansRelease.Core.Json;
using OrleansRelease.Gateway.Doctor;
using OrleansRelease.Gateway.Documents;
using OrleansRelease.Gateway.Events;
using OrleansRelease.Gateway.Freezes;
using OrleansRelease.Gateway.Inquiries;
using OrleansRelease.Gateway.Judging;
using OrleansRelease.Gateway.Manifests;
using OrleansRelease.Gateway.Planning;
using OrleansRelease.Gateway.Releases;
using OrleansRelease.Gateway.Requests;
using OrleansRelease.Gateway.Rollouts;
using OrleansRelease.Gateway.Security;
using OrleansRelease.Gateway.Simulating;
using OrleansRelease.Gateway.Slos;
using OrleansRelease.Gateway.Slots;

namespace OrleansRelease.Gateway;

/// <summary>How a host gets the HTTP interface: it has to bring a cluster client, rows, log and specs.</summary>
public static class GatewayHosting
{
    public static IServiceCollection AddReleaseGateway(this IServiceCollection services, GatewayOptions options) =>
        services.AddReleaseGateway(_ => options);

    /// <summary>For a host that knows the token only once its store is open.</summary>
    public static IServiceCollection AddReleaseGateway(
        this IServiceCollection services, Func<IServiceProvider, GatewayOptions> options)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSingleton(options).AddSingleton<TokenHash>();
        services.TryAddSingleton(TimeProvider.System);
        services.Configure<KestrelServerOptions>(kestrel => kestrel.UseReleaseLimits());
        services.ConfigureHttpJsonOptions(json => Vocabulary.Configure(json.SerializerOptions));
        // Whatever cannot be bound comes to EdgeExceptions, which says what is wrong with it.
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddProblemDetails().AddExceptionHandler<EdgeExceptions>();
        services.AddRequestTimeouts().AddOptions<RequestTimeoutOptions>().Configure<GatewayOptions>(LimitTime);
        services.AddAuthentication(TokenAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.SchemeName, null);
        // Deny by default: what says nothing needs the token, also what is mapped by others.
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddSingleton<SimulationRun>();
        services.AddSingleton<LiveFeed>().AddSingleton<EventStream>()
            .AddHostedService(provider => provider.GetRequiredService<LiveFeed>());
        services.AddReleaseDocument();
        return services;
    }

    /// <summary>
    /// The interface, and before it what guards all that the host maps. <paramref name="withApi"/> is false where
    /// others answer it: then only the guards are there.
    /// </summary>
    public static WebApplication MapReleaseGateway(this WebApplication app, bool withApi = true)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseExceptionHandler();
        app.UseStatusCodePages(pages =>
            Problems.Of(Problems.OfStatus(pages.HttpContext.Response.StatusCode)).ExecuteAsync(pages.HttpContext));
        app.Use(NeverKeptByOthers);
        app.UseAuthentication();
        app.UseAuthorization();
        app.Use(OneEncoding.CheckAsync);
        app.UseRequestTimeouts();
        if (!withApi) return app;
        var api = app.MapGroup("/api/v1").WithMetadata(new BodyLimit(GatewayLimits.Body));
        api.MapManifests();
        api.MapCatalogue();
        api.MapRollouts();
        api.MapRolloutLists();
        api.MapVerdicts();
        api.MapReleases();
        api.MapPassages();
        api.MapPlans();
        api.MapSimulations();
        api.MapAnalysis();
        api.MapSlots();
        api.MapStandings();
        api.MapDoctor();
        api.MapFreezes();
        api.MapRules();
        api.MapInquiries();
        api.MapEvents();
        app.MapReleaseDocument();
        return app;
    }

    private static void LimitTime(RequestTimeoutOptions timeouts, GatewayOptions options) =>
        timeouts.DefaultPolicy = new RequestTimeoutPolicy
        {
            Timeout = options.RequestTimeout,
            WriteTimeoutResponse = http => Problems.Of(Problems.NoAnswer(http.Request)).ExecuteAsync(http),
        };

    private static Task NeverKeptByOthers(HttpContext http, RequestDelegate next)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return next(http);
    }
}
