using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using OrleansRelease.Core.Json;
using OrleansRelease.Gateway.Documents;
using OrleansRelease.Gateway.Events;
using OrleansRelease.Gateway.Planning;
using OrleansRelease.Gateway.Requests;
using OrleansRelease.Gateway.Rollouts;
using OrleansRelease.Gateway.Security;
using OrleansRelease.Gateway.Slots;

namespace OrleansRelease.Gateway;

/// <summary>How a host gets the HTTP interface: it has to bring a cluster client, rows, log and specs.</summary>
public static class GatewayHosting
{
    public static IHostApplicationBuilder AddReleaseGateway(this IHostApplicationBuilder builder, GatewayOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(options.Token);
        var services = builder.Services;
        services.AddSingleton(options).AddSingleton<TokenHash>();
        services.TryAddSingleton(TimeProvider.System);
        services.Configure<KestrelServerOptions>(kestrel => kestrel.UseReleaseLimits());
        services.ConfigureHttpJsonOptions(json => Vocabulary.Configure(json.SerializerOptions));
        // Whatever cannot be bound comes to EdgeExceptions, which says what is wrong with it.
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddProblemDetails().AddExceptionHandler<EdgeExceptions>();
        services.AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new RequestTimeoutPolicy
        {
            Timeout = options.RequestTimeout,
            WriteTimeoutResponse = http => Problems.Of(Problems.NoAnswer(http.Request)).ExecuteAsync(http),
        });
        services.AddAuthentication(TokenAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.SchemeName, null);
        // Deny by default: what says nothing needs the token, also what is mapped by others.
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddSingleton<LiveFeed>().AddSingleton<EventStream>()
            .AddHostedService(provider => provider.GetRequiredService<LiveFeed>());
        services.AddReleaseDocument();
        return builder;
    }

    public static WebApplication MapReleaseGateway(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseExceptionHandler();
        app.UseStatusCodePages(pages =>
            Problems.Of(Problems.OfStatus(pages.HttpContext.Response.StatusCode)).ExecuteAsync(pages.HttpContext));
        app.Use(NeverKeptByOthers);
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRequestTimeouts();
        var api = app.MapGroup("/api/v1").WithMetadata(new BodyLimit(GatewayLimits.Body));
        api.MapRollouts();
        api.MapRolloutLists();
        api.MapPlans();
        api.MapSlots();
        api.MapEvents();
        app.MapReleaseDocument();
        return app;
    }

    private static Task NeverKeptByOthers(HttpContext http, RequestDelegate next)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return next(http);
    }
}
