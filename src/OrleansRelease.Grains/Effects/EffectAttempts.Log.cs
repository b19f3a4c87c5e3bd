using Microsoft.Extensions.Logging;
using OrleansRelease.Core.Effects;

namespace OrleansRelease.Grains.Effects;

internal sealed partial class EffectAttempts
{
    [LoggerMessage(Level = LogLevel.Debug,
        Message = "{Owner}: attempt {Attempt} at effect {Ordinal} {Action}: {Outcome}")]
    private partial void LogOutcome(
        EffectOwner owner, int ordinal, int attempt, EffectAction action, Outcome outcome);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Owner}: reporting the outcome of effect {Ordinal} failed")]
    private partial void LogReportFailed(EffectOwner owner, int ordinal, Exception exception);
}
