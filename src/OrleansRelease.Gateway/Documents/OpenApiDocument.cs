using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Units;
using OrleansRelease.Gateway.Requests;

namespace OrleansRelease.Gateway.Documents;

/// <summary>The description of the HTTP interface, served at <c>/openapi/v1.json</c>.</summary>
internal static class OpenApiDocumentSetup
{
    private const string Name = "v1";

    public static void AddReleaseDocument(this IServiceCollection services)
    {
        services.AddOpenApi(Name, options =>
        {
            options.AddDocumentTransformer(Describe);
            options.AddOperationTransformer(DescribeCommand);
            options.AddSchemaTransformer(DescribeSchema);
        });
        services.AddSingleton(provider => new OpenApiText(
            provider.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name)));
    }

    // Made once for all who ask: so it needs no limit of time, which the first of them would pass on a busy machine.
    public static void MapReleaseDocument(this IEndpointRouteBuilder app) => app
        .MapGet("/openapi/v1.json", async (OpenApiText text, CancellationToken cancellation) => TypedResults.Text(
            await text.GetAsync().WaitAsync(cancellation), "application/json;charset=utf-8"))
        .ExcludeFromDescription().DisableRequestTimeout();

    private static Task Describe(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellation)
    {
        document.Info = new() { Title = "OrleansRelease", Version = "v1" };
        // Wherever it is served from: the same text.
        document.Servers = [];
        document.Components ??= new();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            ["token"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" },
        };
        document.Security = [new() { [new OpenApiSecuritySchemeReference("token", document)] = [] }];
        return Task.CompletedTask;
    }

    // The caller is read from headers and query by itself, so the framework does not see its parameters.
    private static Task DescribeCommand(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        operation.Responses ??= [];
        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "application/problem+json with a stable code, and what would be accepted",
        };
        if (context.Description.HttpMethod != "POST") return Task.CompletedTask;
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = Caller.KeyHeader,
            In = ParameterLocation.Header,
            Description = "The same key again: the same command, carried out once. Generated when absent.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = GatewayLimits.IdempotencyKey },
        });
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = "dryRun",
            In = ParameterLocation.Query,
            Description = "true: answers as if, changes nothing",
            Schema = new OpenApiSchema { Type = JsonSchemaType.Boolean },
        });
        return Task.CompletedTask;
    }

    private static Task DescribeSchema(
        OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellation)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (ShapeOf(type) is { } shape)
        {
            schema.Type = JsonSchemaType.String;
            schema.Pattern = null;
            schema.Description = shape;
        }
        else if (type == typeof(Weight))
        {
            schema.Type = JsonSchemaType.Integer;
            schema.Minimum = "0";
            schema.Maximum = "10000";
            schema.Description = "basis points: 10000 is all";
        }

        // Members without a value are left out, so nobody may count on them; what a request must carry says so itself.
        foreach (var member in context.JsonTypeInfo.Properties.Where(MayBeMissing))
            schema.Required?.Remove(member.Name);

        return Task.CompletedTask;
    }

    private static bool MayBeMissing(JsonPropertyInfo member) =>
        (member.IsGetNullable || Nullable.GetUnderlyingType(member.PropertyType) is not null)
        && member.AttributeProvider?.IsDefined(typeof(RequiredAttribute), inherit: true) != true;

    private static string? ShapeOf(Type type) => type == typeof(TimeSpan)
        ? Duration.Shape
        : type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IName<>))
            ? type.GetProperty("Shape", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) as string
            : null;
}
