using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using OrleansRelease.Core.Commands;
using OrleansRelease.Gateway.Requests;

namespace OrleansRelease.Gateway;

/// <summary>The one place where a code becomes a status, and a "no" becomes <c>application/problem+json</c>.</summary>
internal static class Problems
{
    public const string BadRequest = "bad-request";
    public const string BadName = "bad-name";
    public const string AmbiguousAddress = "ambiguous-address";
    public const string BadQuery = "bad-query";
    public const string BadHeader = "bad-header";
    public const string MissingField = "missing-field";
    public const string InvalidManifests = "invalid-manifests";
    public const string InvalidAnalysis = "invalid-analysis";
    public const string Unauthorized = "unauthorized";
    public const string OutcomeUnknown = "outcome-unknown";
    public const string Busy = "busy";
    public const string Unavailable = "unavailable";
    public const string Unexpected = "unexpected";
    public const string UnknownStep = "unknown-step";
    public const string TooManySubscribers = "too-many-subscribers";

    public static IReadOnlyDictionary<string, int> StatusOf { get; } =
        new Dictionary<string, int>(StringComparer.Ordinal)
        {
            [BadRequest] = StatusCodes.Status400BadRequest,
            [BadName] = StatusCodes.Status400BadRequest,
            [AmbiguousAddress] = StatusCodes.Status400BadRequest,
            [BadQuery] = StatusCodes.Status400BadRequest,
            [BadHeader] = StatusCodes.Status400BadRequest,
            [MissingField] = StatusCodes.Status400BadRequest,
            [Unauthorized] = StatusCodes.Status401Unauthorized,
            ["forbidden"] = StatusCodes.Status403Forbidden,
            [RefusalCodes.NotFound] = StatusCodes.Status404NotFound,
            ["method-not-allowed"] = StatusCodes.Status405MethodNotAllowed,
            ["request-timeout"] = StatusCodes.Status408RequestTimeout,
            [RefusalCodes.AboutToBegin] = StatusCodes.Status409Conflict,
            [RefusalCodes.AlreadyBegun] = StatusCodes.Status409Conflict,
            [RefusalCodes.AlreadyEnded] = StatusCodes.Status409Conflict,
            [RefusalCodes.AlreadyMoving] = StatusCodes.Status409Conflict,
            [RefusalCodes.AlreadyStable] = StatusCodes.Status409Conflict,
            [RefusalCodes.AlreadySucceeded] = StatusCodes.Status409Conflict,
            [RefusalCodes.BudgetExceeded] = StatusCodes.Status409Conflict,
            [RefusalCodes.BudgetUnknown] = StatusCodes.Status409Conflict,
            [RefusalCodes.NoTelemetry] = StatusCodes.Status409Conflict,
            [RefusalCodes.BuiltOn] = StatusCodes.Status409Conflict,
            [RefusalCodes.Failed] = StatusCodes.Status409Conflict,
            [RefusalCodes.FinalizeFirst] = StatusCodes.Status409Conflict,
            [RefusalCodes.Immutable] = StatusCodes.Status409Conflict,
            [RefusalCodes.OtherDigest] = StatusCodes.Status409Conflict,
            [RefusalCodes.NoEvidence] = StatusCodes.Status409Conflict,
            [RefusalCodes.NotAsSeen] = StatusCodes.Status409Conflict,
            [RefusalCodes.NotCompleted] = StatusCodes.Status409Conflict,
            [RefusalCodes.NotFailed] = StatusCodes.Status409Conflict,
            [RefusalCodes.NothingSkippable] = StatusCodes.Status409Conflict,
            [RefusalCodes.NotHeld] = StatusCodes.Status409Conflict,
            [RefusalCodes.NotPaused] = StatusCodes.Status409Conflict,
            [RefusalCodes.NotQueued] = StatusCodes.Status409Conflict,
            [RefusalCodes.NoUseForPermit] = StatusCodes.Status409Conflict,
            [RefusalCodes.OfRelease] = StatusCodes.Status409Conflict,
            [RefusalCodes.Paused] = StatusCodes.Status409Conflict,
            [RefusalCodes.Pending] = StatusCodes.Status409Conflict,
            [RefusalCodes.Poisoned] = StatusCodes.Status409Conflict,
            [RefusalCodes.RequirementNotMet] = StatusCodes.Status409Conflict,
            [RefusalCodes.Restored] = StatusCodes.Status409Conflict,
            [RefusalCodes.RollingBack] = StatusCodes.Status409Conflict,
            [RefusalCodes.SlotBusy] = StatusCodes.Status409Conflict,
            [RefusalCodes.UnreadableManifest] = StatusCodes.Status409Conflict,
            [RefusalCodes.PreconditionFailed] = StatusCodes.Status412PreconditionFailed,
            ["body-too-large"] = StatusCodes.Status413PayloadTooLarge,
            ["unsupported-media-type"] = StatusCodes.Status415UnsupportedMediaType,
            [InvalidManifests] = StatusCodes.Status422UnprocessableEntity,
            [InvalidAnalysis] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.BadDigest] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.BadDuration] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.BadLimit] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.BadMetricQuery] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.BadReason] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.BadRoute] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.BadSlo] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.BadVersion] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.BoundExceeded] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.FirstVersion] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.KeyReused] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.NoAnalysis] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.NoBound] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.HookWithoutUndo] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.NoMetrics] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.NoRules] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.NoScript] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.NoTarget] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.NoTraffic] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.NoWorkload] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.NotForEnvironment] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.RequirementCycle] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.SloNotJudged] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.StateTooLarge] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.TooDeep] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.UnknownArgument] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.UnknownMetric] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.UnknownMonitor] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.UnknownStrategy] = StatusCodes.Status422UnprocessableEntity,
            [RefusalCodes.UnknownTemplate] = StatusCodes.Status422UnprocessableEntity,
            [UnknownStep] = StatusCodes.Status422UnprocessableEntity,
            [TooManySubscribers] = StatusCodes.Status429TooManyRequests,
            [RefusalCodes.OldVersionsWaiting] = StatusCodes.Status429TooManyRequests,
            [RefusalCodes.QueueFull] = StatusCodes.Status429TooManyRequests,
            [RefusalCodes.TooManyWaiters] = StatusCodes.Status429TooManyRequests,
            [RefusalCodes.TooManyWaiting] = StatusCodes.Status429TooManyRequests,
            [Unexpected] = StatusCodes.Status500InternalServerError,
            [Unavailable] = StatusCodes.Status503ServiceUnavailable,
            [Busy] = StatusCodes.Status503ServiceUnavailable,
            [OutcomeUnknown] = StatusCodes.Status504GatewayTimeout,
        };

    public static ProblemHttpResult Of(Refusal refusal) => TypedResults.Problem(Body(refusal));

    public static ProblemDetails Body(Refusal refusal)
    {
        // A code that is not listed is a defect of ours, and said so.
        var status = StatusOf.GetValueOrDefault(refusal.Code, StatusCodes.Status500InternalServerError);
        var problem = new ProblemDetails
        {
            Type = $"urn:orleansrelease:problem:{refusal.Code}",
            Title = refusal.Code.Replace('-', ' '),
            Status = status,
            Detail = refusal.Reason,
            Extensions = { ["code"] = refusal.Code },
        };
        if (refusal.Accepted is { } accepted) problem.Extensions["accepted"] = accepted;
        if (status >= StatusCodes.Status500InternalServerError && Activity.Current is { Id: { } trace })
            problem.Extensions["traceId"] = trace;
        return problem;
    }

    /// <summary>What a status without a body means.</summary>
    public static Refusal OfStatus(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => new(
            Unauthorized, "a valid bearer token is required", "Authorization: Bearer TOKEN"),
        StatusCodes.Status404NotFound => new(
            RefusalCodes.NotFound, "there is no such address", "an address of /openapi/v1.json"),
        _ when StatusOf.FirstOrDefault(known => known.Value == status).Key is { } code => new(
            code, $"the request cannot be answered: {code.Replace('-', ' ')}"),
        _ => new(BadRequest, "the request cannot be answered"),
    };

    /// <summary>
    /// A command may have been carried out although its answer did not come; asking again changes nothing.
    /// </summary>
    public static Refusal NoAnswer(HttpRequest request) => ChangesNothing(request)
        ? new(Unavailable, "no answer came in time", "the same request in a moment")
        : new(OutcomeUnknown, "no answer came in time; whether the command was carried out is not known",
            "the same request with the same Idempotency-Key: it is carried out once");

    /// <summary>It was turned away at the door of what it is about, so that nothing was done there.</summary>
    public static Refusal TooManyAtOnce(HttpRequest request) => new(
        Busy, "too many requests wait already for what this one is about",
        ChangesNothing(request)
            ? "the same request in a moment"
            : "the same request in a moment, with the same Idempotency-Key");

    private static bool ChangesNothing(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) || request.Query[Caller.DryRunQuery] == "true"
        || request.Path.StartsWithSegments("/api/v1/plans", StringComparison.Ordinal)
        || request.Path.StartsWithSegments("/api/v1/simulations", StringComparison.Ordinal)
        || request.Path.StartsWithSegments("/api/v1/analysis", StringComparison.Ordinal);
}
