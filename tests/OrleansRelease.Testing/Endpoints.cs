using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansRelease.Testing;

/// <summary>Every endpoint as it is really mapped; one that takes any method is listed with two.</summary>
public static class Endpoints
{
    public static IReadOnlyList<(string Method, string Pattern, bool IsOpen)> Of(IServiceProvider services) =>
    [
        .. from endpoint in services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints)
               .OfType<RouteEndpoint>()
           from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST"]
           let pattern = "/" + endpoint.RoutePattern.RawText!.Trim('/')
           orderby pattern, method
           select (method, pattern, endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null),
    ];
}
