using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CacheKeeper.Dashboard.Access.OpenId;

/// <summary>
/// Reads identity tokens that are signed, and no others. The framework's handler lets an unsigned one pass when it comes straight from the token
/// endpoint, as the protocol allows over TLS; here nobody is believed for the way a token came.
/// </summary>
internal sealed class SignedTokenService : JsonWebTokenHandler
{
    public override Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
    {
        validationParameters.RequireSignedTokens = true;
        return base.ValidateTokenAsync(token, validationParameters);
    }
}
