// Made by `pnpm prices`. Do not edit.
//
// Base: @pydantic/genai-prices 0.1.8, published 2026-09-23.
//
// The MIT License (MIT)
//
// Copyright (c) Pydantic Services Inc. 2025 to present
//
// Permission is hereby granted, free of charge, to any person obtaining a copy
// of this software and associated documentation files (the "Software"), to deal
// in the Software without restriction, including without limitation the rights
// to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
// copies of the Software, and to permit persons to whom the Software is
// furnished to do so, subject to the following conditions:
//
// The above copyright notice and this permission notice shall be included in all
// copies or substantial portions of the Software.
//
// THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
// IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
// FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
// AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
// LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
// OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
// SOFTWARE.
/** The day the price list was published. */
export const PRICE_LIST_DATE = '2026-09-23';

/** One line a model, see src/price-list.ts. */
export const PRICE_LIST: string = `#anthropic			
claude-2|claude-2*|claude-2.0|claude-2.1|claude-v1|claude-v2|claude-v2*	i=8 o=24
claude-3-5-haiku|claude-3-5-haiku*|claude-3-5-haiku-latest|claude-3.5-haiku|claude-3.5-haiku*	i=0.8 w=1 c=0.08 o=4 wh=1.6 s=10
claude-3-5-sonnet|claude-3-5-sonnet*|claude-3-7-sonnet|claude-3-7-sonnet*|claude-3-7-sonnet-latest|claude-3.5-sonnet|claude-3.5-sonnet*|claude-3.7-sonnet|claude-3.7-sonnet*|claude-4-sonnet|claude-4-sonnet*|claude-sonnet-3-7|claude-sonnet-3-7*|claude-sonnet-3.7|claude-sonnet-3.7*|claude-sonnet-4|claude-sonnet-4*|claude-sonnet-4-0|claude-sonnet-4-0*|claude-sonnet-4-2025|claude-sonnet-4-2025*	i=3 w=3.75 c=0.3 o=15 wh=6 s=10
claude-3-haiku|claude-3-haiku*	i=0.25 w=0.3 c=0.03 o=1.25 wh=0.5
claude-3-opus|claude-3-opus*|claude-3-opus-latest	i=15 w=18.75 c=1.5 o=75 wh=30
claude-3-sonnet|claude-3-sonnet*	i=3 w=3.75 c=0.3 o=15 wh=6
claude-4-5-haiku|claude-4-5-haiku*|claude-4.5-haiku|claude-4.5-haiku*|claude-haiku-4-5|claude-haiku-4-5*|claude-haiku-4.5|claude-haiku-4.5*	i=1 w=1.25 c=0.1 o=5 wh=2 s=10
claude-4-5-opus|claude-4-5-opus*|claude-4-7-opus|claude-4-7-opus*|claude-4-8-opus|claude-4-8-opus*|claude-4.5-opus|claude-4.5-opus*|claude-4.7-opus|claude-4.7-opus*|claude-4.8-opus|claude-4.8-opus*|claude-5-opus|claude-5-opus*|claude-5.0-opus|claude-5.0-opus*|claude-opus-4-5|claude-opus-4-5*|claude-opus-4-7|claude-opus-4-7*|claude-opus-4-8|claude-opus-4-8*|claude-opus-4.5|claude-opus-4.5*|claude-opus-4.7|claude-opus-4.7*|claude-opus-4.8|claude-opus-4.8*|claude-opus-5|claude-opus-5*|claude-opus-5.0|claude-opus-5.0*	i=5 w=6.25 c=0.5 o=25 wh=10 s=10
claude-4-6-opus|claude-4-6-opus*|claude-4.6-opus|claude-4.6-opus*|claude-opus-4-6|claude-opus-4-6*|claude-opus-4.6|claude-opus-4.6*	i=5>200000:10 w=6.25>200000:12.5 c=0.5>200000:1 o=25>200000:37.5 wh=10>200000:20 s=10	@2026-03-13 i=5 w=6.25 c=0.5 o=25 wh=10 s=10
claude-4-opus|claude-4-opus*|claude-opus-4|claude-opus-4-0|claude-opus-4-0*|claude-opus-4-1|claude-opus-4-1*|claude-opus-4-20250514|claude-opus-4.1|claude-opus-4.1*	i=15 w=18.75 c=1.5 o=75 wh=30 s=10
claude-5-5-opus|claude-5-5-opus*|claude-5.5-opus|claude-5.5-opus*|claude-opus-5-5|claude-opus-5-5*|claude-opus-5.5|claude-opus-5.5*	i=4 w=5 c=0.2 o=20 wh=8 s=10
claude-5-sonnet|claude-5-sonnet*|claude-5.0-sonnet|claude-5.0-sonnet*|claude-sonnet-5|claude-sonnet-5*|claude-sonnet-5.0|claude-sonnet-5.0*	i=2 w=2.5 c=0.2 o=10 wh=4 s=10
claude-fable-5-1|claude-fable-5-1*	i=10 w=12.5 c=0.25 o=50 wh=20 s=10
claude-fable-5|claude-fable-5*	i=10 w=12.5 c=1 o=50 wh=20 s=10
claude-sonnet-4-5|claude-sonnet-4-5*|claude-sonnet-4.5|claude-sonnet-4.5*	i=3>200000:6 w=3.75>200000:7.5 c=0.3>200000:0.6 o=15>200000:22.5 wh=6>200000:12 s=10
claude-sonnet-4-6|claude-sonnet-4-6*|claude-sonnet-4.6|claude-sonnet-4.6*	i=3>200000:6 w=3.75>200000:7.5 c=0.3>200000:0.6 o=15>200000:22.5 wh=6>200000:12 s=10	@2026-03-13 i=3 w=3.75 c=0.3 o=15 wh=6 s=10
#arcee			
deepseek/deepseek-v4-flash-latest	i=0.14 c=0.028 o=0.28
deepseek/deepseek-v4-pro	i=1.74 c=0.2 o=3.48
moonshotai/kimi-k3	i=3 c=0.3 o=15
thinkingmachines/inkling-small	i=0.5 c=0.1 o=1.2
trinity-large-thinking	i=0.25 c=0.06 o=0.8
zai-org/glm-5.2	i=1.4 c=0.26 o=4.4
#avian			
deepseek/deepseek-v3.2	i=0.23 c=0.012 o=0.33
deepseek/deepseek-v4-flash	i=0.0805 c=0.0165 o=0.161
deepseek/deepseek-v4-pro	i=1.305 c=0.10875 o=2.61
deepseek/deepseek-v4-pro-0813	i=0.594 c=0.0198 o=1.782
meta-llama-3.1-405b-instruct	i=1.5 o=1.5
meta-llama-3.1-70b-instruct|meta-llama-3.3-70b-instruct	i=0.45 o=0.45
meta-llama-3.1-8b-instruct	i=0.1 o=0.1
minimax/minimax-m2.5	i=0.27 c=0.15 o=1.08
moonshotai/kimi-k2.5	i=0.45 c=0.225 o=2.2
moonshotai/kimi-k2.6	i=0.95 c=0.16 o=4
xiaomi/mimo-v2.5	i=0.2 c=0.05 o=0.4
xiaomi/mimo-v2.5-pro	i=0.435 c=0.0036 o=0.87
z-ai/glm-4.7	i=0.388 c=0.097 o=1.806
z-ai/glm-5	i=0.516 c=0.129 o=2.322
z-ai/glm-5.1	i=0.743 c=0.186 o=2.971
z-ai/glm-5.2	i=0.495 c=0.124 o=1.733
#aws			
amazon.nova-2-sonic|amazon.nova-2-sonic*|amazon.nova-2-sonic-v1:0	i=0.33 o=2.75 ia=3 oa=12
amazon.nova-lite|amazon.nova-lite*|amazon.nova-lite-v1:0	i=0.06 c=0.015 o=0.24
amazon.nova-micro|amazon.nova-micro*|amazon.nova-micro-v1:0	i=0.035 c=0.00875 o=0.14
amazon.nova-premier|amazon.nova-premier*|amazon.nova-premier-v1:0	i=2.5 c=0.625 o=12.5
amazon.nova-pro|amazon.nova-pro*|amazon.nova-pro-v1:0	i=0.8 c=0.2 o=3.2
amazon.nova-sonic|amazon.nova-sonic*|amazon.nova-sonic-v1:0	i=0.06 o=0.24 ia=3.4 oa=13.6
amazon.titan-embed-text|amazon.titan-embed-text*|amazon.titan-embed-text-v1	i=0.1
amazon.titan-text-express-v1|titan-text-express|titan-text-express*	i=0.2 o=0.6
amazon.titan-text-lite-v1|mistral.mistral-7b-instruct-v0|mistral.mistral-7b-instruct-v0*|mistral.mistral-7b-instruct-v0:2|titan-text-lite|titan-text-lite*	i=0.15 o=0.2
anthropic.claude-3-5-haiku-20241022|anthropic.claude-3-5-haiku-20241022*|claude-3-5-haiku-20241022|claude-3-5-haiku-20241022*|regional.anthropic.claude-3-5-haiku-20241022-v1:0	i=0.8 w=1 c=0.08 o=4
anthropic.claude-3-5-sonnet-20240620|anthropic.claude-3-5-sonnet-20240620*|anthropic.claude-3-5-sonnet-20241022|anthropic.claude-3-5-sonnet-20241022*|anthropic.claude-3-7-sonnet-20250219|anthropic.claude-3-7-sonnet-20250219*|anthropic.claude-3-sonnet-20240229|anthropic.claude-3-sonnet-20240229*|anthropic.claude-sonnet-4-20250514|anthropic.claude-sonnet-4-20250514*|apac.anthropic.claude-sonnet-4-20250514|apac.anthropic.claude-sonnet-4-20250514*|au.anthropic.claude-sonnet-4-20250514|au.anthropic.claude-sonnet-4-20250514*|claude-3-5-sonnet-20240620|claude-3-5-sonnet-20240620*|claude-3-5-sonnet-20241022|claude-3-5-sonnet-20241022*|claude-3-7-sonnet-20250219|claude-3-7-sonnet-20250219*|claude-3-sonnet-20240229|claude-3-sonnet-20240229*|claude-sonnet-4-20250514|claude-sonnet-4-20250514*|eu.anthropic.claude-sonnet-4-20250514|eu.anthropic.claude-sonnet-4-20250514*|global.anthropic.claude-sonnet-4-20250514|global.anthropic.claude-sonnet-4-20250514*|global.anthropic.claude-sonnet-4-20250514-v1:0|global.anthropic.claude-sonnet-4-5-20250929|global.anthropic.claude-sonnet-4-5-20250929*|global.anthropic.claude-sonnet-4-5-20250929-v1:0|global.anthropic.claude-sonnet-4-6|global.anthropic.claude-sonnet-4-6*|global.anthropic.claude-sonnet-4-6-v1:0|jp.anthropic.claude-sonnet-4-20250514|jp.anthropic.claude-sonnet-4-20250514*|regional.anthropic.claude-3-5-sonnet-20240620-v1:0|regional.anthropic.claude-3-5-sonnet-20241022-v2:0|regional.anthropic.claude-3-7-sonnet-20250219-v1:0|regional.anthropic.claude-3-sonnet-20240229-v1:0|regional.anthropic.claude-sonnet-4-20250514-v1:0|us-gov.anthropic.claude-sonnet-4-20250514|us-gov.anthropic.claude-sonnet-4-20250514*|us.anthropic.claude-sonnet-4-20250514|us.anthropic.claude-sonnet-4-20250514*	i=3 w=3.75 c=0.3 o=15
anthropic.claude-3-haiku-20240307|anthropic.claude-3-haiku-20240307*|claude-3-haiku-20240307|claude-3-haiku-20240307*|regional.anthropic.claude-3-haiku-20240307-v1:0	i=0.25 o=1.25
anthropic.claude-3-opus-20240229|anthropic.claude-3-opus-20240229*|claude-3-opus-20240229|claude-3-opus-20240229*|regional.anthropic.claude-3-opus-20240229-v1:0	i=15 o=75
anthropic.claude-fable-5-1|anthropic.claude-fable-5-1-v1|anthropic.claude-fable-5-1-v1*|claude-fable-5-1|claude-fable-5-1-v1|claude-fable-5-1-v1*|regional.anthropic.claude-fable-5-1-v1:0|us.anthropic.claude-fable-5-1-v1|us.anthropic.claude-fable-5-1-v1*	i=11 w=13.75 c=0.275 o=55
anthropic.claude-fable-5|anthropic.claude-fable-5-v1|anthropic.claude-fable-5-v1*|au.anthropic.claude-fable-5-v1|au.anthropic.claude-fable-5-v1*|claude-fable-5|claude-fable-5-v1|claude-fable-5-v1*|eu.anthropic.claude-fable-5-v1|eu.anthropic.claude-fable-5-v1*|jp.anthropic.claude-fable-5-v1|jp.anthropic.claude-fable-5-v1*|regional.anthropic.claude-fable-5-v1:0|us.anthropic.claude-fable-5-v1|us.anthropic.claude-fable-5-v1*	i=11 w=13.75 c=1.1 o=55
anthropic.claude-haiku-4-5-20251001|anthropic.claude-haiku-4-5-20251001*|apac.anthropic.claude-haiku-4-5-20251001|apac.anthropic.claude-haiku-4-5-20251001*|au.anthropic.claude-haiku-4-5-20251001|au.anthropic.claude-haiku-4-5-20251001*|claude-haiku-4-5-20251001|claude-haiku-4-5-20251001*|eu.anthropic.claude-haiku-4-5-20251001|eu.anthropic.claude-haiku-4-5-20251001*|jp.anthropic.claude-haiku-4-5-20251001|jp.anthropic.claude-haiku-4-5-20251001*|regional.anthropic.claude-haiku-4-5-20251001-v1:0|us-gov.anthropic.claude-haiku-4-5-20251001|us-gov.anthropic.claude-haiku-4-5-20251001*|us.anthropic.claude-haiku-4-5-20251001|us.anthropic.claude-haiku-4-5-20251001*	i=1.1 w=1.375 c=0.11 o=5.5
anthropic.claude-opus-4-1-20250805|anthropic.claude-opus-4-1-20250805*|anthropic.claude-opus-4-20250514|anthropic.claude-opus-4-20250514*|apac.anthropic.claude-opus-4-1-20250805|apac.anthropic.claude-opus-4-1-20250805*|apac.anthropic.claude-opus-4-20250514|apac.anthropic.claude-opus-4-20250514*|au.anthropic.claude-opus-4-1-20250805|au.anthropic.claude-opus-4-1-20250805*|au.anthropic.claude-opus-4-20250514|au.anthropic.claude-opus-4-20250514*|claude-opus-4-1-20250805|claude-opus-4-1-20250805*|claude-opus-4-20250514|claude-opus-4-20250514*|eu.anthropic.claude-opus-4-1-20250805|eu.anthropic.claude-opus-4-1-20250805*|eu.anthropic.claude-opus-4-20250514|eu.anthropic.claude-opus-4-20250514*|jp.anthropic.claude-opus-4-1-20250805|jp.anthropic.claude-opus-4-1-20250805*|jp.anthropic.claude-opus-4-20250514|jp.anthropic.claude-opus-4-20250514*|regional.anthropic.claude-opus-4-1-20250805-v1:0|regional.anthropic.claude-opus-4-20250514-v1:0|us-gov.anthropic.claude-opus-4-1-20250805|us-gov.anthropic.claude-opus-4-1-20250805*|us-gov.anthropic.claude-opus-4-20250514|us-gov.anthropic.claude-opus-4-20250514*|us.anthropic.claude-opus-4-1-20250805|us.anthropic.claude-opus-4-1-20250805*|us.anthropic.claude-opus-4-20250514|us.anthropic.claude-opus-4-20250514*	i=15 w=18.75 c=1.5 o=75
anthropic.claude-opus-4-5|anthropic.claude-opus-4-5*|anthropic.claude-opus-4-6|anthropic.claude-opus-4-6*|anthropic.claude-opus-4-7|anthropic.claude-opus-4-7*|anthropic.claude-opus-4-8|anthropic.claude-opus-4-8*|anthropic.claude-opus-5|anthropic.claude-opus-5-v1|anthropic.claude-opus-5-v1*|apac.anthropic.claude-opus-4-5|apac.anthropic.claude-opus-4-5*|apac.anthropic.claude-opus-4-6|apac.anthropic.claude-opus-4-6*|apac.anthropic.claude-opus-4-7|apac.anthropic.claude-opus-4-7*|au.anthropic.claude-opus-4-5|au.anthropic.claude-opus-4-5*|au.anthropic.claude-opus-4-6|au.anthropic.claude-opus-4-6*|au.anthropic.claude-opus-4-7|au.anthropic.claude-opus-4-7*|au.anthropic.claude-opus-4-8|au.anthropic.claude-opus-4-8*|au.anthropic.claude-opus-5|au.anthropic.claude-opus-5-v1|au.anthropic.claude-opus-5-v1*|claude-opus-4-5|claude-opus-4-5*|claude-opus-4-6|claude-opus-4-6*|claude-opus-4-7|claude-opus-4-7*|claude-opus-4-8|claude-opus-4-8*|claude-opus-5|claude-opus-5-v1|claude-opus-5-v1*|eu.anthropic.claude-opus-4-5|eu.anthropic.claude-opus-4-5*|eu.anthropic.claude-opus-4-6|eu.anthropic.claude-opus-4-6*|eu.anthropic.claude-opus-4-7|eu.anthropic.claude-opus-4-7*|eu.anthropic.claude-opus-4-8|eu.anthropic.claude-opus-4-8*|eu.anthropic.claude-opus-5|eu.anthropic.claude-opus-5-v1|eu.anthropic.claude-opus-5-v1*|jp.anthropic.claude-opus-4-5|jp.anthropic.claude-opus-4-5*|jp.anthropic.claude-opus-4-6|jp.anthropic.claude-opus-4-6*|jp.anthropic.claude-opus-4-7|jp.anthropic.claude-opus-4-7*|jp.anthropic.claude-opus-4-8|jp.anthropic.claude-opus-4-8*|jp.anthropic.claude-opus-5|jp.anthropic.claude-opus-5-v1|jp.anthropic.claude-opus-5-v1*|regional.anthropic.claude-opus-4-5-v1:0|regional.anthropic.claude-opus-4-6-v1:0|regional.anthropic.claude-opus-4-7-v1:0|regional.anthropic.claude-opus-4-8-v1:0|regional.anthropic.claude-opus-5|us-gov.anthropic.claude-opus-4-5|us-gov.anthropic.claude-opus-4-5*|us-gov.anthropic.claude-opus-4-6|us-gov.anthropic.claude-opus-4-6*|us-gov.anthropic.claude-opus-4-7|us-gov.anthropic.claude-opus-4-7*|us.anthropic.claude-opus-4-5|us.anthropic.claude-opus-4-5*|us.anthropic.claude-opus-4-6|us.anthropic.claude-opus-4-6*|us.anthropic.claude-opus-4-7|us.anthropic.claude-opus-4-7*|us.anthropic.claude-opus-4-8|us.anthropic.claude-opus-4-8*|us.anthropic.claude-opus-5|us.anthropic.claude-opus-5-v1|us.anthropic.claude-opus-5-v1*	i=5.5 w=6.875 c=0.55 o=27.5
anthropic.claude-opus-5-5|anthropic.claude-opus-5-5-v1|anthropic.claude-opus-5-5-v1*|au.anthropic.claude-opus-5-5|au.anthropic.claude-opus-5-5-v1|au.anthropic.claude-opus-5-5-v1*|claude-opus-5-5|claude-opus-5-5-v1|claude-opus-5-5-v1*|eu.anthropic.claude-opus-5-5|eu.anthropic.claude-opus-5-5-v1|eu.anthropic.claude-opus-5-5-v1*|jp.anthropic.claude-opus-5-5|jp.anthropic.claude-opus-5-5-v1|jp.anthropic.claude-opus-5-5-v1*|regional.anthropic.claude-opus-5-5|us.anthropic.claude-opus-5-5|us.anthropic.claude-opus-5-5-v1|us.anthropic.claude-opus-5-5-v1*	i=4.4 w=5.5 c=0.22 o=22 wh=8.8
anthropic.claude-sonnet-4-5-20250929|anthropic.claude-sonnet-4-5-20250929*|anthropic.claude-sonnet-4-6|anthropic.claude-sonnet-4-6*|apac.anthropic.claude-sonnet-4-5-20250929|apac.anthropic.claude-sonnet-4-5-20250929*|apac.anthropic.claude-sonnet-4-6|apac.anthropic.claude-sonnet-4-6*|au.anthropic.claude-sonnet-4-5-20250929|au.anthropic.claude-sonnet-4-5-20250929*|au.anthropic.claude-sonnet-4-6|au.anthropic.claude-sonnet-4-6*|claude-sonnet-4-5-20250929|claude-sonnet-4-5-20250929*|claude-sonnet-4-6|claude-sonnet-4-6*|eu.anthropic.claude-sonnet-4-5-20250929|eu.anthropic.claude-sonnet-4-5-20250929*|eu.anthropic.claude-sonnet-4-6|eu.anthropic.claude-sonnet-4-6*|jp.anthropic.claude-sonnet-4-5-20250929|jp.anthropic.claude-sonnet-4-5-20250929*|jp.anthropic.claude-sonnet-4-6|jp.anthropic.claude-sonnet-4-6*|regional.anthropic.claude-sonnet-4-5-20250929-v1:0|regional.anthropic.claude-sonnet-4-6-v1:0|us-gov.anthropic.claude-sonnet-4-5-20250929|us-gov.anthropic.claude-sonnet-4-5-20250929*|us-gov.anthropic.claude-sonnet-4-6|us-gov.anthropic.claude-sonnet-4-6*|us.anthropic.claude-sonnet-4-5-20250929|us.anthropic.claude-sonnet-4-5-20250929*|us.anthropic.claude-sonnet-4-6|us.anthropic.claude-sonnet-4-6*	i=3.3 w=4.125 c=0.33 o=16.5
anthropic.claude-sonnet-5|anthropic.claude-sonnet-5*|apac.anthropic.claude-sonnet-5|apac.anthropic.claude-sonnet-5*|au.anthropic.claude-sonnet-5|au.anthropic.claude-sonnet-5*|claude-sonnet-5|claude-sonnet-5*|eu.anthropic.claude-sonnet-5|eu.anthropic.claude-sonnet-5*|jp.anthropic.claude-sonnet-5|jp.anthropic.claude-sonnet-5*|regional.anthropic.claude-sonnet-5-v1:0|us-gov.anthropic.claude-sonnet-5|us-gov.anthropic.claude-sonnet-5*|us.anthropic.claude-sonnet-5|us.anthropic.claude-sonnet-5*	i=2.2 w=2.75 c=0.22 o=11
deepseek.r1|deepseek.r1*|deepseek.r1-v1:0	i=1.35 o=5.4
eu.amazon.nova-2-lite|eu.amazon.nova-2-lite*|jp.amazon.nova-2-lite|jp.amazon.nova-2-lite*|regional.amazon.nova-2-lite-v1:0|us.amazon.nova-2-lite|us.amazon.nova-2-lite*	i=0.33 c=0.0825 o=2.75
global.amazon.nova-2-lite|global.amazon.nova-2-lite*|global.amazon.nova-2-lite-v1:0	i=0.3 c=0.075 o=2.5
global.anthropic.claude-fable-5-1|global.anthropic.claude-fable-5-1-v1|global.anthropic.claude-fable-5-1-v1*|global.anthropic.claude-fable-5-1-v1:0	i=10 w=12.5 c=0.25 o=50
global.anthropic.claude-fable-5|global.anthropic.claude-fable-5-v1|global.anthropic.claude-fable-5-v1*|global.anthropic.claude-fable-5-v1:0	i=10 w=12.5 c=1 o=50
global.anthropic.claude-haiku-4-5-20251001|global.anthropic.claude-haiku-4-5-20251001*|global.anthropic.claude-haiku-4-5-20251001-v1:0	i=1 w=1.25 c=0.1 o=5
global.anthropic.claude-opus-4-5|global.anthropic.claude-opus-4-5*|global.anthropic.claude-opus-4-5-v1:0|global.anthropic.claude-opus-4-6|global.anthropic.claude-opus-4-6*|global.anthropic.claude-opus-4-6-v1:0|global.anthropic.claude-opus-4-7|global.anthropic.claude-opus-4-7*|global.anthropic.claude-opus-4-7-v1:0|global.anthropic.claude-opus-4-8|global.anthropic.claude-opus-4-8*|global.anthropic.claude-opus-4-8-v1:0|global.anthropic.claude-opus-5|global.anthropic.claude-opus-5-v1|global.anthropic.claude-opus-5-v1*	i=5 w=6.25 c=0.5 o=25
global.anthropic.claude-opus-5-5|global.anthropic.claude-opus-5-5-v1|global.anthropic.claude-opus-5-5-v1*	i=4 w=5 c=0.2 o=20 wh=8
global.anthropic.claude-sonnet-5|global.anthropic.claude-sonnet-5*|global.anthropic.claude-sonnet-5-v1:0	i=2 w=2.5 c=0.2 o=10
global.openai.gpt-5.6-luna|global.openai.gpt-5.6-luna*	i=0.2>272000:0.4 w=0.25>272000:0.5 c=0.02>272000:0.04 o=1.2>272000:1.8
global.openai.gpt-5.6-sol|global.openai.gpt-5.6-sol*	i=5>272000:10 w=6.25>272000:12.5 c=0.5>272000:1 o=30>272000:45	@2026-08-21 i=4>272000:8 w=5>272000:10 c=0.4>272000:0.8 o=20>272000:30
global.openai.gpt-5.6-terra|global.openai.gpt-5.6-terra*	i=2>272000:4 w=2.5>272000:5 c=0.2>272000:0.4 o=12>272000:18
google.gemma-3-12b-it|google.gemma-3-12b-it*	i=0.09 o=0.29
google.gemma-3-27b-it|google.gemma-3-27b-it*	i=0.23 o=0.38
google.gemma-3-4b-it|google.gemma-3-4b-it*	i=0.04 o=0.08
gpt-5.6-luna|gpt-5.6-luna*|in.openai.gpt-5.6-luna|in.openai.gpt-5.6-luna*|openai.gpt-5.6-luna|openai.gpt-5.6-luna*|regional.openai.gpt-5.6-luna|us.openai.gpt-5.6-luna|us.openai.gpt-5.6-luna*	i=1.1 w=1.375 c=0.11 o=6.6	@2026-07-30 i=0.22>272000:0.44 w=0.275>272000:0.55 c=0.022>272000:0.044 o=1.32>272000:1.98
gpt-5.6-sol|gpt-5.6-sol*|openai.gpt-5.6-sol|openai.gpt-5.6-sol*|regional.openai.gpt-5.6-sol|us.openai.gpt-5.6-sol|us.openai.gpt-5.6-sol*	i=5.5>272000:11 w=6.875>272000:13.75 c=0.55>272000:1.1 o=33>272000:49.5	@2026-08-21 i=4.4>272000:8.8 w=5.5>272000:11 c=0.44>272000:0.88 o=22>272000:33
gpt-5.6-terra|gpt-5.6-terra*|in.openai.gpt-5.6-terra|in.openai.gpt-5.6-terra*|openai.gpt-5.6-terra|openai.gpt-5.6-terra*|regional.openai.gpt-5.6-terra|us.openai.gpt-5.6-terra|us.openai.gpt-5.6-terra*	i=2.75 w=3.4375 c=0.275 o=16.5	@2026-07-30 i=2.2>272000:4.4 w=2.75>272000:5.5 c=0.22>272000:0.44 o=13.2>272000:19.8
meta.llama3-1-70b-instruct|meta.llama3-1-70b-instruct*|meta.llama3-1-70b-instruct-v1:0|meta.llama3-2-90b-instruct|meta.llama3-2-90b-instruct*|meta.llama3-2-90b-instruct-v1:0|meta.llama3-3-70b-instruct|meta.llama3-3-70b-instruct*|meta.llama3-3-70b-instruct-v1:0	i=0.72 o=0.72
meta.llama3-1-8b-instruct|meta.llama3-1-8b-instruct*|meta.llama3-1-8b-instruct-v1:0	i=0.22 o=0.22
meta.llama3-2-11b-instruct|meta.llama3-2-11b-instruct*|meta.llama3-2-11b-instruct-v1:0	i=0.16 o=0.16
meta.llama3-2-1b-instruct|meta.llama3-2-1b-instruct*|meta.llama3-2-1b-instruct-v1:0|mistral.ministral-3-3b-instruct|mistral.ministral-3-3b-instruct*	i=0.1 o=0.1
meta.llama3-2-3b-instruct|meta.llama3-2-3b-instruct*|meta.llama3-2-3b-instruct-v1:0|mistral.ministral-3-8b-instruct|mistral.ministral-3-8b-instruct*	i=0.15 o=0.15
meta.llama3-70b-instruct|meta.llama3-70b-instruct*|meta.llama3-70b-instruct-v1:0	i=2.65 o=3.5
meta.llama3-8b-instruct|meta.llama3-8b-instruct*|meta.llama3-8b-instruct-v1:0	i=0.3 o=0.6
meta.llama4-maverick-17b-instruct|meta.llama4-maverick-17b-instruct*|meta.llama4-maverick-17b-instruct-v1:0	i=0.24 o=0.97
meta.llama4-scout-17b-instruct|meta.llama4-scout-17b-instruct*|meta.llama4-scout-17b-instruct-v1:0	i=0.17 o=0.66
mistral.devstral-2-123b|mistral.devstral-2-123b*	i=0.4 o=2
mistral.magistral-small-2509|mistral.magistral-small-2509*|mistral.mistral-large-3-675b-instruct|mistral.mistral-large-3-675b-instruct*	i=0.5 o=1.5
mistral.ministral-3-14b-instruct|mistral.ministral-3-14b-instruct*	i=0.2 o=0.2
mistral.mistral-large-2402|mistral.mistral-large-2402*|mistral.mistral-large-2402-v1:0	i=4 o=12
mistral.mistral-small-2402|mistral.mistral-small-2402*|mistral.mistral-small-2402-v1:0	i=1 o=3
mistral.mixtral-8x7b-instruct-v0|mistral.mixtral-8x7b-instruct-v0*|mistral.mixtral-8x7b-instruct-v0:1	i=0.45 o=0.7
mistral.pixtral-large-2502|mistral.pixtral-large-2502*|mistral.pixtral-large-2502-v1:0	i=2 o=6
mistral.voxtral-mini-3b-2507|mistral.voxtral-mini-3b-2507*	i=0.04 o=0.04
mistral.voxtral-small-24b-2507|mistral.voxtral-small-24b-2507*	i=0.1 o=0.3
nvidia.nemotron-nano-3-30b|nvidia.nemotron-nano-3-30b*|nvidia.nemotron-nano-3-30b:0	i=0.06 o=0.24
nvidia.nemotron-nano-9b-v2|nvidia.nemotron-nano-9b-v2*|nvidia.nemotron-nano-9b-v2:0	i=0.06 o=0.23
nvidia.nemotron-super-3-120b|nvidia.nemotron-super-3-120b*|nvidia.nemotron-super-3-120b:0	i=0.15 o=0.65
openai.gpt-5.4	i=2.75 c=0.275 o=16.5
openai.gpt-5.5	i=5.5 c=0.55 o=33
openai.gpt-oss-120b|openai.gpt-oss-120b-1|openai.gpt-oss-120b-1*|openai.gpt-oss-120b-1:0|qwen.qwen3-32b|qwen.qwen3-32b*|qwen.qwen3-32b-v1:0|qwen.qwen3-coder-30b-a3b|qwen.qwen3-coder-30b-a3b*|qwen.qwen3-coder-30b-a3b-v1:0	i=0.15 o=0.6
openai.gpt-oss-20b-1|openai.gpt-oss-20b-1*|openai.gpt-oss-20b-1:0	i=0.07 o=0.3
qwen.qwen3-coder-480b-a35b|qwen.qwen3-coder-480b-a35b*|qwen.qwen3-coder-480b-a35b-v1:0	i=0.45 o=1.8
qwen.qwen3-vl-235b-a22b|qwen.qwen3-vl-235b-a22b*|qwen.qwen3-vl-235b-a22b-v1:0	i=0.53 o=2.66
writer.palmyra-x4|writer.palmyra-x4*|writer.palmyra-x4-v1:0	i=2.5 o=10
writer.palmyra-x5|writer.palmyra-x5*|writer.palmyra-x5-v1:0	i=0.6 o=6
#azure	openai,anthropic,x-ai,moonshotai		
ada|text-embedding-ada|text-embedding-ada-002|text-embedding-ada-002-v2	i=0.1
babbage|babbage-002	i=0.4
curie|davinci|davinci-002|text-curie|text-curie-001|text-davinci|text-davinci-002	i=2
mai-ds-r1:free|phi-4-reasoning-plus:free|phi-4-reasoning:free	
o1-mini|o1-mini-2024-09-12|o3-mini|o3-mini-2025-01-31	i=1.1 c=0.55 o=4.4
o1|o1-2024-12-17|o1-preview|o1-preview-2024-09-12	i=15 c=7.5 o=60
o3|o3-2025-04-16	i=2 c=0.5 o=8
o4-mini|o4-mini*|o4-mini-2025-04-16|o4-mini-2025-04-16*	i=1.1 c=0.28 o=4.4
phi-3-medium-128k-instruct	i=1 o=1
phi-3-mini-128k-instruct|phi-3.5-mini-128k-instruct	i=0.1 o=0.1
phi-4	i=0.07 o=0.14
phi-4-mini-instruct	i=0.08 o=0.35
phi-4-multimodal-instruct	i=0.05 o=0.1
phi-4-reasoning-plus	i=0.07 o=0.35
text-embedding-3-large	i=0.13
text-embedding-3-small	i=0.02
wizardlm-2-8x22b	i=0.48 o=0.48
#baseten			
deepseek-ai/deepseek-v4-flash-0731	i=0.13 c=0.028 o=0.26
deepseek-ai/deepseek-v4-pro	i=1.74 c=0.145 o=3.48
deepseek-ai/deepseek-v4-pro-0813	i=1.32 c=0.132 o=3.96
moonshotai/kimi-k2.6|moonshotai/kimi-k2.7-code	i=0.95 c=0.16 o=4
moonshotai/kimi-k3	i=3 c=0.3 o=15
nvidia/nvidia-nemotron-3-ultra-550b-a55b	i=0.6 c=0.12 o=2.4
openai/gpt-oss-120b	i=0.1 o=0.5
thinkingmachines/inkling	i=1 c=0.17 o=4.05
thinkingmachines/inkling-small	i=0.5 c=0.1 o=1.2
zai-org/glm-4.7	i=0.6 c=0.12 o=2.2
zai-org/glm-5.2-fast	i=2.1 c=0.21 o=6.6
zai-org/glm-5.2|zai-org/glm-5.3	i=1.4 c=0.14 o=4.4
zai-org/glm-5.3-flash	i=0.15 c=0.03 o=0.5
#cerebras			
cerebras/gemma-4-31b|cerebras/gemma-4-31b*|cerebras:gemma-4-31b|cerebras:gemma-4-31b*|gemma-4-31b	i=0.99 o=1.49
cerebras/gpt-oss-120b|cerebras/gpt-oss-120b*|cerebras:gpt-oss-120b|cerebras:gpt-oss-120b*|gpt-oss-120b	i=0.35 o=0.75
cerebras/llama-3.3-70b|cerebras/llama-3.3-70b*|cerebras:llama-3.3-70b|cerebras:llama-3.3-70b*|llama-3.3-70b	i=0.85 o=1.2
cerebras/llama3.1-8b|cerebras/llama3.1-8b*|cerebras:llama3.1-8b|cerebras:llama3.1-8b*|llama3.1-8b	i=0.1 o=0.1
cerebras/qwen-3-32b|cerebras/qwen-3-32b*|cerebras:qwen-3-32b|cerebras:qwen-3-32b*|qwen-3-32b	i=0.4 o=0.8
cerebras/zai-glm-4.7|cerebras/zai-glm-4.7*|cerebras:zai-glm-4.7|cerebras:zai-glm-4.7*|zai-glm-4.7	i=2.25 o=2.75
#cloudflare			
@cf/ai4bharat/indictrans2-en-indic-1b|@cf/meta/m2m100-1.2b	i=0.342 o=0.342
@cf/aisingapore/gemma-sea-lion-v4-27b-it|@cf/mistralai/mistral-small-3.1-24b-instruct	i=0.351 o=0.555
@cf/baai/bge-base-en-v1.5	i=0.067
@cf/baai/bge-large-en-v1.5	i=0.204
@cf/baai/bge-m3|@cf/qwen/qwen3-embedding-0.6b	i=0.012
@cf/baai/bge-reranker-base	i=0.003
@cf/baai/bge-small-en-v1.5	i=0.02
@cf/deepseek-ai/deepseek-r1-distill-qwen-32b	i=0.497 o=4.881
@cf/deepseek-ai/deepseek-v4-flash-0731	i=0.44 c=0.014 o=1.32
@cf/deepseek-ai/deepseek-v4-pro-0813	i=1.32 c=0.044 o=3.96
@cf/google/gemma-3-12b-it	i=0.345 o=0.556
@cf/google/gemma-4-26b-a4b-it	i=0.1 o=0.3
@cf/huggingface/distilbert-sst-2-int8	i=0.026
@cf/ibm-granite/granite-4.0-h-micro	i=0.017 o=0.112
@cf/meta/llama-2-7b-chat-fp16	i=0.556 o=6.667
@cf/meta/llama-3-8b-instruct-awq|@cf/meta/llama-3.1-8b-instruct-awq	i=0.123 o=0.266
@cf/meta/llama-3-8b-instruct|@cf/meta/llama-3.1-8b-instruct	i=0.282 o=0.827
@cf/meta/llama-3.1-70b-instruct-fp8-fast|@cf/meta/llama-3.3-70b-instruct-fp8-fast	i=0.293 o=2.253
@cf/meta/llama-3.1-8b-instruct-fast|@cf/meta/llama-3.1-8b-instruct-fp8-fast	i=0.045 o=0.384
@cf/meta/llama-3.1-8b-instruct-fp8	i=0.152 o=0.287
@cf/meta/llama-3.2-11b-vision-instruct	i=0.049 o=0.676
@cf/meta/llama-3.2-1b-instruct	i=0.027 o=0.201
@cf/meta/llama-3.2-3b-instruct|@cf/qwen/qwen3-30b-a3b-fp8	i=0.051 o=0.335
@cf/meta/llama-4-scout-17b-16e-instruct	i=0.27 o=0.85
@cf/meta/llama-guard-3-8b	i=0.484 o=0.03
@cf/mistral/mistral-7b-instruct-v0.1	i=0.11 o=0.19
@cf/moondream/moondream3.1-9b-a2b	i=0.3 o=1
@cf/moonshotai/kimi-k2.5	i=0.6 c=0.1 o=3
@cf/moonshotai/kimi-k2.6	i=0.95 c=0.16 o=4
@cf/moonshotai/kimi-k2.7-code	i=0.95 c=0.19 o=4
@cf/nvidia/nemotron-3-120b-a12b	i=0.5 o=1.5
@cf/openai/gpt-oss-120b	i=0.35 o=0.75
@cf/openai/gpt-oss-20b	i=0.2 o=0.3
@cf/pfnet/plamo-embedding-1b	i=0.019
@cf/qwen/qwen2.5-coder-32b-instruct|@cf/qwen/qwq-32b	i=0.66 o=1
@cf/qwen/qwen3.8-27b	i=0.45 o=3.2
@cf/zai-org/glm-4.7-flash	i=0.06 o=0.4
@cf/zai-org/glm-5.2	i=1.4 c=0.26 o=4.4
@cf/zai-org/glm-5.3-flash	i=0.15 c=0.03 o=0.5
#cohere			
aya-expanse-32b|aya-expanse-32b*|aya-expanse-8b|aya-expanse-8b*|c4ai-aya-expanse-32b|c4ai-aya-expanse-8b	i=0.5 o=1.5
command	i=1 o=2
command-a|command-a-03-2025|command-r-plus|command-r-plus-08-2024	i=2.5 o=10
command-light|command-light*	i=0.3 o=0.6
command-r7b|command-r7b-12-2024	i=0.0375 o=0.15
command-r|command-r-08-2024	i=0.15 o=0.6
embed-v4.0	i=0.12
#cursor			
composer-2.5-fast|composer-2.5[fast=true]	i=3 c=0.5 o=15
composer-2.5|composer-2.5[fast=false]	i=0.5 c=0.2 o=2.5
grok-4.5-fast|grok-4.5[fast=true]	i=4 c=1 o=18
grok-4.5|grok-4.5[fast=false]|grok-4.6|grok-4.6[fast=false]	i=2 c=0.5 o=6
grok-4.6-fast|grok-4.6[fast=true]	i=4 c=1 o=12
#deepseek			
deepseek-chat	i=0.135 c=0.035 o=0.55	@00:30-16:30 i=0.27 c=0.07 o=1.1	@2025-09-05T16:00Z i=0.56 c=0.07 o=1.68	@2025-09-29 i=0.28 c=0.028 o=0.42	@2026-04-24 i=0.14 c=0.028 o=0.28	@2026-04-26 i=0.14 c=0.0028 o=0.28	@2026-07-24T15:59Z i=x c=x o=x
deepseek-chat*|deepseek-chat-v3-0324	i=0.135 c=0.035 o=0.55	@00:30-16:30 i=0.27 c=0.07 o=1.1
deepseek-flash|deepseek-v4-flash|deepseek-v4-flash*	i=0.14 c=0.028 o=0.28	@2026-04-26 i=0.14 c=0.0028 o=0.28	@2026-08-16T16:00Z i=0.22 c=0.007 o=0.66	@2026-08-16T16:00Z@wd01:00-04:00 i=0.44 c=0.014 o=1.32	@2026-08-16T16:00Z@wd06:00-10:00 i=0.44 c=0.014 o=1.32	@2026-09-10T04:00Z i=0.15 c=0.003 o=0.6	@2026-09-10T04:00Z@wd01:00-04:00 i=0.3 c=0.006 o=1.2	@2026-09-10T04:00Z@wd06:00-10:00 i=0.3 c=0.006 o=1.2
deepseek-r1|deepseek-r1*|deepseek-r1-0528	i=0.135 c=0.035 o=0.55	@00:30-16:30 i=0.55 c=0.14 o=2.19
deepseek-reasoner	i=0.135 c=0.035 o=0.55	@00:30-16:30 i=0.55 c=0.14 o=2.19	@2025-09-05T16:00Z i=0.56 c=0.07 o=1.68	@2025-09-29 i=0.28 c=0.028 o=0.42	@2026-04-24 i=0.14 c=0.028 o=0.28	@2026-04-26 i=0.14 c=0.0028 o=0.28	@2026-07-24T15:59Z i=x c=x o=x
deepseek-v3.1-terminus	i=0.27 c=0.13 o=0.95
deepseek-v3.2	i=0.2288 o=0.3432
deepseek-v3.2-exp	i=0.27 o=0.41
deepseek-v4-pro|deepseek-v4-pro*	i=0.435 c=0.003625 o=0.87	@2026-08-16T16:00Z i=0.66 c=0.022 o=1.98	@2026-08-16T16:00Z@wd01:00-04:00 i=1.32 c=0.044 o=3.96	@2026-08-16T16:00Z@wd06:00-10:00 i=1.32 c=0.044 o=3.96
#doubleword			
deepseek-ai/deepseek-v4-flash	i=0.14 o=0.28
deepseek-ai/deepseek-v4-flash-0731	i=0.09 c=0.02 o=0.18
deepseek-ai/deepseek-v4-pro	i=1.74 o=3.48
deepseek-ai/deepseek-v4.1-flash	i=0.15 c=0.01 o=0.6
google/gemma-4-31b-it	i=0.14 o=0.4
mistralai/devstral-2-123b-instruct-2512	i=0.4 o=2
moonshotai/kimi-k2.6	i=0.95 o=4
moonshotai/kimi-k3	i=3 c=0.3 o=15
nvidia/nvidia-nemotron-3-super-120b-a12b-nvfp4	i=0.3 o=0.75
openai/gpt-oss-20b	i=0.04 o=0.3
qwen/qwen3-14b-fp8	i=0.05 o=0.6
qwen/qwen3-embedding-8b	i=0.04
qwen/qwen3-vl-235b-a22b-instruct-fp8	i=0.6 o=1.2
qwen/qwen3-vl-30b-a3b-instruct-fp8	i=0.16 o=0.8
qwen/qwen3.5-35b-a3b-fp8|qwen/qwen3.6-35b-a3b-fp8	i=0.25 o=2
qwen/qwen3.5-397b-a17b	i=0.6 o=3.6
qwen/qwen3.5-9b	i=0.08 o=0.7
qwen/qwen3.8-27b-fp8	i=0.45 c=0.04 o=3
zai-org/glm-5.1-fp8	i=1.4 o=4.4
zai-org/glm-5.2-fp8	i=0.93 c=0.19 o=3
#fireworks			
accounts/fireworks/models/deepseek-r1-0528|deepseek-r1-0528	i=3 o=8
accounts/fireworks/models/deepseek-v3-0324|accounts/fireworks/models/qwen2p5-vl-72b-instruct|deepseek-v3-0324|qwen2p5-vl-72b-instruct	i=0.9 o=0.9
accounts/fireworks/models/deepseek-v3p2|deepseek-v3p2	i=0.56 c=0.28 o=1.68
accounts/fireworks/models/deepseek-v4-flash|accounts/fireworks/models/deepseek-v4-flash-0731|deepseek-v4-flash	i=0.14 c=0.028 o=0.28
accounts/fireworks/models/deepseek-v4-pro|deepseek-v4-pro	i=1.74 c=0.145 o=3.48
accounts/fireworks/models/gemma-3-27b-it|gemma-3-27b-it	i=0.1 o=0.1
accounts/fireworks/models/glm-4p7|glm-4p7	i=0.6 o=2.2
accounts/fireworks/models/glm-5p1|glm-5p1	i=1.4 c=0.26 o=4.4
accounts/fireworks/models/glm-5p2|glm-5p2	i=1.4 c=0.14 o=4.4
accounts/fireworks/models/gpt-oss-120b|gpt-oss-120b	i=0.15 c=0.014 o=0.6
accounts/fireworks/models/gpt-oss-20b|gpt-oss-20b	i=0.07 c=0.035 o=0.3
accounts/fireworks/models/inkling|inkling	i=1 c=0.17 o=4.05
accounts/fireworks/models/kimi-k2p5|kimi-k2p5	i=0.6 c=0.1 o=3
accounts/fireworks/models/kimi-k2p6|kimi-k2p6	i=0.95 c=0.16 o=4
accounts/fireworks/models/kimi-k2p7-code|kimi-k2p7-code	i=0.95 c=0.19 o=4
accounts/fireworks/models/kimi-k3|kimi-k3	i=3 c=0.3 o=15
accounts/fireworks/models/llama-v3p1-8b-instruct|llama-v3p1-8b-instruct	i=0.2 o=0.2
accounts/fireworks/models/llama4-maverick-instruct-basic|accounts/fireworks/models/qwen3-235b-a22b|llama4-maverick-instruct-basic|qwen3-235b-a22b	i=0.22 o=0.88
accounts/fireworks/models/minimax-m2p1|minimax-m2p1	i=0.3 o=1.2
accounts/fireworks/models/minimax-m2p7|accounts/fireworks/models/minimax-m3|minimax-m2p7|minimax-m3	i=0.3 c=0.06 o=1.2
accounts/fireworks/models/nemotron-3-ultra-nvfp4|nemotron-3-ultra-nvfp4	i=0.6 c=0.12 o=2.4
accounts/fireworks/models/qwen3p6-plus|qwen3p6-plus	i=0.5 c=0.1 o=3
accounts/fireworks/models/qwen3p7-plus|qwen3p7-plus	i=0.4 c=0.08 o=1.6
accounts/fireworks/routers/glm-5p1-fast|glm-5p1-fast	i=2.8 c=0.52 o=8.8
accounts/fireworks/routers/glm-5p2-fast|accounts/fireworks/routers/glm-5p2-fast-us|glm-5p2-fast	i=2.1 c=0.21 o=6.6
accounts/fireworks/routers/kimi-k2p6-fast|kimi-k2p6-fast	i=2 c=0.3 o=8
accounts/fireworks/routers/kimi-k2p7-code-fast|kimi-k2p7-code-fast	i=1.9 c=0.38 o=8
accounts/fireworks/routers/kimi-k3-fast|kimi-k3-fast	i=4.5 c=0.45 o=22.5
accounts/fireworks/routers/kimi-k3-us|kimi-k3-us	i=3.3 c=0.33 o=16.5
#github-copilot			
claude-fable-5|claude-fable-5.1|claude-opus-4.8-fast	i=10 w=12.5 c=1 o=50
claude-haiku-4.5	i=1 w=1.25 c=0.1 o=5
claude-opus-4.7|claude-opus-4.8|claude-opus-5	i=5 w=6.25 c=0.5 o=25
claude-sonnet-5	i=2 w=2.5 c=0.2 o=10
gemini-3.5-flash	i=1.5 c=0.15 o=9
gemini-3.6-flash|gemini-3.7-flash|gemini-3.8-flash	i=0.75 c=0.075 o=3.75
gpt-3.5-turbo|gpt-3.5-turbo-0613|gpt-4-o-preview|gpt-4.1|gpt-4.1-2025-04-14|gpt-4o|gpt-4o-2024-05-13|gpt-4o-2024-08-06|gpt-4o-2024-11-20|gpt-4o-mini|gpt-4o-mini-2024-07-18	
gpt-5-mini|gpt-5-mini*	i=0.25 c=0.025 o=2
gpt-5.3-codex|gpt-5.3-codex*	i=1.75 c=0.175 o=14
gpt-5.4-mini|gpt-5.4-mini*|mai-code-1-flash-picker	i=0.75 c=0.075 o=4.5
gpt-5.4|gpt-5.4*	i=2.5>272000:5 c=0.25>272000:0.5 o=15>272000:22.5
gpt-5.5|gpt-5.5*	i=5>272000:10 c=0.5>272000:1 o=30>272000:45
gpt-5.6-luna|gpt-5.6-luna*	i=0.2>200000:0.4 w=0.25>200000:0.5 c=0.02>200000:0.04 o=1.2>200000:1.8
gpt-5.6-sol|gpt-5.6-sol*	i=4>272000:8 w=5>272000:10 c=0.4>272000:0.8 o=20>272000:30
gpt-5.6-terra|gpt-5.6-terra*	i=2>272000:4 w=2.5>272000:5 c=0.2>272000:0.4 o=12>272000:18
grok-4.5|grok-4.6	i=2>200000:4 c=0.5>200000:1 o=6>200000:12
kimi-k2.7-code	i=0.95 c=0.19 o=4
kimi-k3	i=3 c=0.3 o=15
mai-code-1.1-flash	i=0.2 c=0.02 o=1.2
#google	anthropic		
anthropic/claude-sonnet-4|claude-3-5-sonnet|claude-3-5-sonnet*|claude-3-7-sonnet|claude-3-7-sonnet*|claude-4-sonnet|claude-4-sonnet*|claude-sonnet-4|claude-sonnet-4*|claude-sonnet-4-0|claude-sonnet-4-0*|claude-sonnet-4-2025|claude-sonnet-4-2025*|claude-sonnet-4-6|claude-sonnet-4-6*|claude-sonnet-4.6|claude-sonnet-4.6*	i=3 w=3.75 c=0.3 o=15
claude-3-5-haiku|claude-3-5-haiku*	i=0.8 w=1 c=0.08 o=4
claude-3-haiku|claude-3-haiku*	i=0.25 w=0.3 c=0.03 o=1.25
claude-3-opus|claude-3-opus*|claude-4-opus|claude-4-opus*|claude-opus-4|claude-opus-4*|claude-opus-4-0|claude-opus-4-0*|claude-opus-4-1|claude-opus-4-1*	i=15 w=18.75 c=1.5 o=75
claude-4-6-opus|claude-4-6-opus*|claude-4.6-opus|claude-4.6-opus*|claude-opus-4-6|claude-opus-4-6*|claude-opus-4.6|claude-opus-4.6*	i=5>200000:10 w=6.25>200000:12.5 c=0.5>200000:1 o=25>200000:37.5
claude-4-7-opus|claude-4-7-opus*|claude-4-8-opus|claude-4-8-opus*|claude-4.7-opus|claude-4.7-opus*|claude-4.8-opus|claude-4.8-opus*|claude-5-opus|claude-5-opus*|claude-5.0-opus|claude-5.0-opus*|claude-opus-4-7|claude-opus-4-7*|claude-opus-4-8|claude-opus-4-8*|claude-opus-4.7|claude-opus-4.7*|claude-opus-4.8|claude-opus-4.8*|claude-opus-5|claude-opus-5*|claude-opus-5.0|claude-opus-5.0*	i=5 w=6.25 c=0.5 o=25
claude-5-5-opus|claude-5-5-opus*|claude-5.5-opus|claude-5.5-opus*|claude-opus-5-5|claude-opus-5-5*|claude-opus-5.5|claude-opus-5.5*	i=4 w=5 c=0.2 o=20
claude-fable-5-1|claude-fable-5-1*	i=10 w=12.5 c=0.25 o=50
claude-fable-5|claude-fable-5*	i=10 w=12.5 c=1 o=50
claude-sonnet-4-5|claude-sonnet-4-5*|claude-sonnet-4.5|claude-sonnet-4.5*	i=3>200000:6 w=3.75>200000:7.5 c=0.3>200000:0.6 o=15>200000:22.5
gemini-1.0-pro|gemini-1.0-pro-vision-001|gemini-pro	i=0.125 o=0.375
gemini-1.5-flash|gemini-1.5-flash*|gemini-flash-1.5	i=0.075>128000:0.15 c=0.01875>128000:0.0375 o=0.3>128000:0.6
gemini-1.5-pro|gemini-1.5-pro*	i=1.25>128000:2.5 o=5>128000:10
gemini-2.0-flash-lite|gemini-2.0-flash-lite*	i=0.075 o=0.3
gemini-2.0-flash|gemini-2.0-flash*|gemini-2.0-flash-exp|gemini-2.0-flash-exp*|gemini-2.0-flash-latest|gemini-2.0-flash-latest*|gemini-2.0-flash-thinking|gemini-2.0-flash-thinking*	i=0.1 c=0.025 o=0.4 ia=0.7 ca=0.175
gemini-2.5-flash-image|gemini-2.5-flash-image-preview	i=0.3 o=2.5 oi=30
gemini-2.5-flash-lite-preview-tts|gemini-2.5-flash-preview-tts|gemini-2.5-flash-tts	i=0.5 o=10
gemini-2.5-flash-lite|gemini-2.5-flash-lite-preview|gemini-2.5-flash-lite-preview*	i=0.1 c=0.01 o=0.4 ia=0.3 ca=0.03
gemini-2.5-flash-native-audio-latest|gemini-2.5-flash-native-audio-preview|gemini-2.5-flash-native-audio-preview*|gemini-live-2.5-flash|gemini-live-2.5-flash*	i=0.5 o=2 ia=3 oa=12
gemini-2.5-flash-preview|gemini-2.5-flash-preview-04-17|gemini-2.5-flash-preview-04-17*|gemini-2.5-flash-preview-05-20|gemini-2.5-flash-preview-05-20*|gemini-2.5-flash-preview-05-20:thinking|gemini-2.5-flash-preview:thinking	i=0.15 o=0.6
gemini-2.5-flash|gemini-2.5-flash-latest|gemini-2.5-flash-preview-09-2025	i=0.3 c=0.03 o=2.5 ia=1 ca=0.1
gemini-2.5-pro-preview-tts|gemini-2.5-pro-tts	i=1 o=20
gemini-2.5-pro|gemini-2.5-pro*	i=1.25>200000:2.5 c=0.125>200000:0.25 o=10>200000:15
gemini-3-flash-preview|gemini-3-flash-preview*	i=0.5 c=0.05 o=3 ia=1 ca=0.1
gemini-3-pro-image|gemini-3-pro-image-preview|gemini-3-pro-image-preview*	i=2 o=12 oi=120
gemini-3-pro-preview|gemini-3-pro-preview*|gemini-3-pro-text-preview|gemini-3.1-pro-preview|gemini-3.1-pro-preview*|gemini-3.1-pro-preview-customtools	i=2>200000:4 c=0.2>200000:0.4 o=12>200000:18
gemini-3.1-flash-image|gemini-3.1-flash-image-preview|gemini-3.1-flash-image-preview*	i=0.5 o=3 oi=60
gemini-3.1-flash-lite-image|gemini-3.1-flash-lite-image*	i=0.25 o=1.5 oi=30
gemini-3.1-flash-lite|gemini-3.1-flash-lite-preview|gemini-3.1-flash-lite-preview*	i=0.25 c=0.025 o=1.5 ia=0.5 ca=0.05
gemini-3.1-flash-live-preview|gemini-3.1-flash-live-preview*	i=0.75 o=4.5 ia=3 oa=12 ii=1 iv=1
gemini-3.5-flash-lite|gemini-3.5-flash-lite*	i=0.3 c=0.03 o=2.5
gemini-3.5-flash|gemini-3.5-flash*|gemini-3.5-flash-preview|gemini-3.5-flash-preview*	i=1.5 c=0.15 o=9
gemini-3.6-flash|gemini-3.6-flash*|gemini-3.7-flash|gemini-3.7-flash*|gemini-3.8-flash|gemini-3.8-flash*	i=0.75 c=0.075 o=3.75	@2027-01-01 i=1.5 c=0.15 o=7.5
gemini-embedding-001	i=0.15
gemini-embedding-2	i=0.2 ia=6.5 ii=0.45 iv=12
gemini-flash-1.5-8b	i=0.0375>128000:0.075 c=0.01>128000:0.02 o=0.15>128000:0.3
gemini-omni-flash-preview|gemini-omni-flash-preview*	i=1.5 o=9 ov=17.5
gemini-pro-1.5	i=1.25>128000:2.5 c=0.3125>128000:0.625 o=5>128000:10
gemma-2-27b-it	i=0.65 o=0.65
gemma-3|gemma-3-12b-it|gemma-3-1b-it|gemma-3-27b-it|gemma-3-4b-it|gemma-3n-e2b-it|gemma-3n-e4b-it|gemma-4-26b-a4b-it|gemma-4-31b-it	
gemma-4-26b-a4b-it-maas	i=0.15 c=0.015 o=0.6
#groq			flex
deepseek-r1-distill-llama-70b	i=0.75 o=0.99
gemma-7b-it	i=0.07 o=0.07
gemma2-9b|gemma2-9b-it|llama-guard-3-8b|meta-llama/llama-guard-4-12b	i=0.2 o=0.2
llama-3.1-405b-reasoning|llama-3.1-70b-versatile|llama-3.3-70b-versatile|llama3-70b-8192	i=0.59 o=0.79
llama-3.1-8b-instant|llama3-8b-8192	i=0.05 o=0.08
llama-3.2-11b-text-preview|llama-3.2-11b-vision-preview	i=0.18 o=0.18
llama-3.2-1b-preview	i=0.04 o=0.04
llama-3.2-3b-preview	i=0.06 o=0.06
llama-3.2-90b-text-preview|llama-3.2-90b-vision-preview	i=0.9 o=0.9
llama-3.3-70b-specdec	i=0.59 o=0.99
llama2-70b-4096	i=0.7 o=0.8
llama3-groq-70b-8192-tool-use-preview	i=0.89 o=0.89
llama3-groq-8b-8192-tool-use-preview	i=0.19 o=0.19
meta-llama/llama-4-maverick-17b-128e-instruct	i=0.2 o=0.6
meta-llama/llama-4-scout-17b-16e-instruct	i=0.11 o=0.34
mistral-saba-24b	i=0.79 o=0.79
mixtral-8x7b-32768	i=0.24 o=0.24
moonshotai/kimi-k2-instruct|moonshotai/kimi-k2-instruct-0905	i=1 c=0.5 o=3
openai/gpt-oss-120b|openai/gpt-oss-safeguard-20b	i=0.15 c=0.075 o=0.6
openai/gpt-oss-20b	i=0.075 c=0.0375 o=0.3
qwen/qwen3-32b	i=0.29 o=0.59
whisper-large-v3	h=0.111 hmin=10
whisper-large-v3-turbo	h=0.04 hmin=10
#huggingface_cerebras			
meta-llama/llama-3.1-8b-instruct|meta-llama/llama-3.1-8b-instruct-fast	i=0.1 o=0.1
#huggingface_fireworks-ai			
meta-llama/llama-3.3-70b-instruct|meta-llama/llama-3.3-70b-instruct-fast	i=0.9 o=0.9
openai/gpt-oss-120b|openai/gpt-oss-120b-fast	i=0.15 o=0.6
openai/gpt-oss-20b|openai/gpt-oss-20b-fast	i=0.05 o=0.2
#huggingface_groq			
meta-llama/llama-3.3-70b-instruct|meta-llama/llama-3.3-70b-instruct-fast	i=0.59 o=0.79
meta-llama/llama-4-scout-17b-16e-instruct|meta-llama/llama-4-scout-17b-16e-instruct-fast	i=0.11 o=0.34
openai/gpt-oss-120b|openai/gpt-oss-120b-fast	i=0.15 o=0.75
openai/gpt-oss-20b|openai/gpt-oss-20b-fast	i=0.1 o=0.5
qwen/qwen3-32b|qwen/qwen3-32b-fast	i=0.29 o=0.59
#huggingface_hyperbolic			
deepseek-ai/deepseek-r1-0528|deepseek-ai/deepseek-r1-0528-fast	i=3 o=3
deepseek-ai/deepseek-r1|deepseek-ai/deepseek-r1-fast|qwen/qwen3-235b-a22b-instruct-2507|qwen/qwen3-235b-a22b-instruct-2507-fast|qwen/qwen3-coder-480b-a35b-instruct|qwen/qwen3-coder-480b-a35b-instruct-fast	i=2 o=2
deepseek-ai/deepseek-v3-0324|deepseek-ai/deepseek-v3-0324-fast	i=1.25 o=1.25
meta-llama/llama-3.3-70b-instruct|meta-llama/llama-3.3-70b-instruct-fast	i=0.4 o=0.4
openai/gpt-oss-120b|openai/gpt-oss-120b-fast|qwen/qwen3-next-80b-a3b-instruct|qwen/qwen3-next-80b-a3b-instruct-fast|qwen/qwen3-next-80b-a3b-thinking|qwen/qwen3-next-80b-a3b-thinking-fast	i=0.3 o=0.3
openai/gpt-oss-20b|openai/gpt-oss-20b-fast	i=0.1 o=0.1
qwen/qwen2.5-vl-72b-instruct|qwen/qwen2.5-vl-72b-instruct-fast	i=0.6 o=0.6
qwen/qwen2.5-vl-7b-instruct|qwen/qwen2.5-vl-7b-instruct-fast	i=0.2 o=0.2
#huggingface_nebius			
deepseek-ai/deepseek-r1-0528|deepseek-ai/deepseek-r1-0528-fast	i=0.8 o=2.4
deepseek-ai/deepseek-v3-0324|deepseek-ai/deepseek-v3-0324-fast	i=0.75 o=2.25
google/gemma-2-2b-it|google/gemma-2-2b-it-fast	i=0.02 o=0.06
google/gemma-2-9b-it|google/gemma-2-9b-it-fast|meta-llama/llama-3.1-8b-instruct|meta-llama/llama-3.1-8b-instruct-fast|qwen/qwen2.5-coder-7b|qwen/qwen2.5-coder-7b-fast	i=0.03 o=0.09
google/gemma-3-27b-it|google/gemma-3-27b-it-fast|qwen/qwen3-235b-a22b-instruct-2507|qwen/qwen3-235b-a22b-instruct-2507-fast	i=0.2 o=0.6
meta-llama/llama-3.3-70b-instruct|meta-llama/llama-3.3-70b-instruct-fast|qwen/qwen2.5-vl-72b-instruct|qwen/qwen2.5-vl-72b-instruct-fast	i=0.25 o=0.75
moonshotai/kimi-k2-instruct|moonshotai/kimi-k2-instruct-fast	i=0.5 o=2.4
moonshotai/kimi-k2-thinking|moonshotai/kimi-k2-thinking-fast	i=0.6 o=2.5
nousresearch/hermes-4-405b|nousresearch/hermes-4-405b-fast	i=1 o=3
nousresearch/hermes-4-70b|nousresearch/hermes-4-70b-fast	i=0.13 o=0.4
nvidia/llama-3_1-nemotron-ultra-253b-v1|nvidia/llama-3_1-nemotron-ultra-253b-v1-fast	i=0.6 o=1.8
nvidia/nvidia-nemotron-nano-12b-v2|nvidia/nvidia-nemotron-nano-12b-v2-fast	i=0.07 o=0.2
openai/gpt-oss-120b|openai/gpt-oss-120b-fast	i=0.15 o=0.6
primeintellect/intellect-3-fp8|primeintellect/intellect-3-fp8-fast	i=0.2 o=1.1
qwen/qwen3-235b-a22b-thinking-2507|qwen/qwen3-235b-a22b-thinking-2507-fast	i=0.2 o=0.8
qwen/qwen3-30b-a3b-instruct-2507|qwen/qwen3-30b-a3b-instruct-2507-fast|qwen/qwen3-30b-a3b-thinking-2507|qwen/qwen3-30b-a3b-thinking-2507-fast|qwen/qwen3-32b|qwen/qwen3-32b-fast|qwen/qwen3-coder-30b-a3b-instruct|qwen/qwen3-coder-30b-a3b-instruct-fast	i=0.1 o=0.3
qwen/qwen3-coder-480b-a35b-instruct|qwen/qwen3-coder-480b-a35b-instruct-fast	i=0.4 o=1.8
zai-org/glm-4.5-air|zai-org/glm-4.5-air-fast	i=0.2 o=1.2
zai-org/glm-4.5|zai-org/glm-4.5-fast	i=0.6 o=2.2
#huggingface_novita			
alpindale/wizardlm-2-8x22b|alpindale/wizardlm-2-8x22b-fast	i=0.62 o=0.62
baidu/ernie-4.5-21b-a3b-pt|baidu/ernie-4.5-21b-a3b-pt-fast	i=0.07 o=0.28
baidu/ernie-4.5-300b-a47b-base-pt|baidu/ernie-4.5-300b-a47b-base-pt-fast	i=0.28 o=1.1
baidu/ernie-4.5-vl-28b-a3b-pt|baidu/ernie-4.5-vl-28b-a3b-pt-fast	i=0.14 o=0.56
baidu/ernie-4.5-vl-424b-a47b-base-pt|baidu/ernie-4.5-vl-424b-a47b-base-pt-fast	i=0.42 o=1.25
deepseek-ai/deepseek-prover-v2-671b|deepseek-ai/deepseek-prover-v2-671b-fast|deepseek-ai/deepseek-r1|deepseek-ai/deepseek-r1-0528|deepseek-ai/deepseek-r1-0528-fast|deepseek-ai/deepseek-r1-fast	i=0.7 o=2.5
deepseek-ai/deepseek-r1-distill-llama-70b|deepseek-ai/deepseek-r1-distill-llama-70b-fast	i=0.8 o=0.8
deepseek-ai/deepseek-v3-0324|deepseek-ai/deepseek-v3-0324-fast	i=0.27 o=1.12
deepseek-ai/deepseek-v3.1|deepseek-ai/deepseek-v3.1-fast|deepseek-ai/deepseek-v3.1-terminus|deepseek-ai/deepseek-v3.1-terminus-fast	i=0.27 o=1
deepseek-ai/deepseek-v3.2-exp|deepseek-ai/deepseek-v3.2-exp-fast	i=0.27 o=0.41
deepseek-ai/deepseek-v3.2|deepseek-ai/deepseek-v3.2-fast	i=0.269 o=0.4
deepseek-ai/deepseek-v3|deepseek-ai/deepseek-v3-fast	i=0.4 o=1.3
meta-llama/llama-3.1-8b-instruct|meta-llama/llama-3.1-8b-instruct-fast	i=0.02 o=0.05
meta-llama/llama-3.3-70b-instruct|meta-llama/llama-3.3-70b-instruct-fast	i=0.135 o=0.4
meta-llama/llama-4-maverick-17b-128e-instruct-fp8|meta-llama/llama-4-maverick-17b-128e-instruct-fp8-fast	i=0.27 o=0.85
meta-llama/llama-4-scout-17b-16e-instruct|meta-llama/llama-4-scout-17b-16e-instruct-fast	i=0.18 o=0.59
meta-llama/meta-llama-3-70b-instruct|meta-llama/meta-llama-3-70b-instruct-fast	i=0.51 o=0.74
meta-llama/meta-llama-3-8b-instruct|meta-llama/meta-llama-3-8b-instruct-fast	i=0.04 o=0.04
minimaxai/minimax-m1-80k|minimaxai/minimax-m1-80k-fast|zai-org/glm-4.6|zai-org/glm-4.6-fast	i=0.55 o=2.2
minimaxai/minimax-m2|minimaxai/minimax-m2-fast|minimaxai/minimax-m2.1|minimaxai/minimax-m2.1-fast|minimaxai/minimax-m2.5|minimaxai/minimax-m2.5-fast	i=0.3 o=1.2
moonshotai/kimi-k2-instruct-0905|moonshotai/kimi-k2-instruct-0905-fast|moonshotai/kimi-k2-thinking|moonshotai/kimi-k2-thinking-fast	i=0.6 o=2.5
moonshotai/kimi-k2-instruct|moonshotai/kimi-k2-instruct-fast	i=0.57 o=2.3
moonshotai/kimi-k2.5|moonshotai/kimi-k2.5-fast	i=0.6 o=3
nousresearch/hermes-2-pro-llama-3-8b|nousresearch/hermes-2-pro-llama-3-8b-fast	i=0.14 o=0.14
openai/gpt-oss-120b|openai/gpt-oss-120b-fast	i=0.05 o=0.25
openai/gpt-oss-20b|openai/gpt-oss-20b-fast	i=0.04 o=0.15
qwen/qwen2.5-72b-instruct|qwen/qwen2.5-72b-instruct-fast	i=0.38 o=0.4
qwen/qwen3-235b-a22b-instruct-2507|qwen/qwen3-235b-a22b-instruct-2507-fast	i=0.09 o=0.58
qwen/qwen3-235b-a22b-thinking-2507|qwen/qwen3-235b-a22b-thinking-2507-fast	i=0.3 o=3
qwen/qwen3-235b-a22b|qwen/qwen3-235b-a22b-fast	i=0.2 o=0.8
qwen/qwen3-30b-a3b|qwen/qwen3-30b-a3b-fast	i=0.09 o=0.45
qwen/qwen3-32b|qwen/qwen3-32b-fast	i=0.1 o=0.45
qwen/qwen3-coder-480b-a35b-instruct|qwen/qwen3-coder-480b-a35b-instruct-fast	i=0.3 o=1.3
qwen/qwen3-coder-next|qwen/qwen3-coder-next-fast	i=0.2 o=1.5
qwen/qwen3-next-80b-a3b-instruct|qwen/qwen3-next-80b-a3b-instruct-fast|qwen/qwen3-next-80b-a3b-thinking|qwen/qwen3-next-80b-a3b-thinking-fast	i=0.15 o=1.5
qwen/qwen3-vl-235b-a22b-instruct|qwen/qwen3-vl-235b-a22b-instruct-fast	i=0.3 o=1.5
qwen/qwen3-vl-235b-a22b-thinking|qwen/qwen3-vl-235b-a22b-thinking-fast	i=0.98 o=3.95
qwen/qwen3-vl-30b-a3b-instruct|qwen/qwen3-vl-30b-a3b-instruct-fast	i=0.2 o=0.7
qwen/qwen3-vl-30b-a3b-thinking|qwen/qwen3-vl-30b-a3b-thinking-fast	i=0.2 o=1
qwen/qwen3-vl-8b-instruct|qwen/qwen3-vl-8b-instruct-fast	i=0.08 o=0.5
qwen/qwen3.5-122b-a10b|qwen/qwen3.5-122b-a10b-fast	i=0.4 o=3.2
qwen/qwen3.5-27b|qwen/qwen3.5-27b-fast	i=0.3 o=2.4
qwen/qwen3.5-35b-a3b|qwen/qwen3.5-35b-a3b-fast	i=0.25 o=2
qwen/qwen3.5-397b-a17b|qwen/qwen3.5-397b-a17b-fast	i=0.6 o=3.6
sao10k/l3-70b-euryale-v2.1|sao10k/l3-70b-euryale-v2.1-fast	i=1.48 o=1.48
sao10k/l3-8b-lunaris-v1|sao10k/l3-8b-lunaris-v1-fast|sao10k/l3-8b-stheno-v3.2|sao10k/l3-8b-stheno-v3.2-fast	i=0.05 o=0.05
xiaomimimo/mimo-v2-flash|xiaomimimo/mimo-v2-flash-fast	i=0.1 o=0.3
zai-org/autoglm-phone-9b-multilingual|zai-org/autoglm-phone-9b-multilingual-fast	i=0.035 o=0.138
zai-org/glm-4-32b-0414|zai-org/glm-4-32b-0414-fast	i=0.55 o=1.66
zai-org/glm-4.5-air|zai-org/glm-4.5-air-fast	i=0.13 o=0.85
zai-org/glm-4.5v|zai-org/glm-4.5v-fast	i=0.6 o=1.8
zai-org/glm-4.5|zai-org/glm-4.5-fast|zai-org/glm-4.7|zai-org/glm-4.7-fast	i=0.6 o=2.2
zai-org/glm-4.6v-flash|zai-org/glm-4.6v-flash-fast	i=0.3 o=0.9
zai-org/glm-4.7-flash|zai-org/glm-4.7-flash-fast	i=0.07 o=0.4
zai-org/glm-5|zai-org/glm-5-fast	i=1 o=3.2
#huggingface_nscale			
deepseek-ai/deepseek-r1-distill-llama-70b|deepseek-ai/deepseek-r1-distill-llama-70b-fast	i=0.75 o=0.75
deepseek-ai/deepseek-r1-distill-llama-8b|deepseek-ai/deepseek-r1-distill-llama-8b-fast	i=0.05 o=0.05
deepseek-ai/deepseek-r1-distill-qwen-1.5b|deepseek-ai/deepseek-r1-distill-qwen-1.5b-fast	i=0.1 o=0.1
deepseek-ai/deepseek-r1-distill-qwen-32b|deepseek-ai/deepseek-r1-distill-qwen-32b-fast	i=0.3 o=0.3
deepseek-ai/deepseek-r1-distill-qwen-7b|deepseek-ai/deepseek-r1-distill-qwen-7b-fast	i=0.15 o=0.15
meta-llama/llama-3.1-8b-instruct|meta-llama/llama-3.1-8b-instruct-fast	i=0.06 o=0.06
meta-llama/llama-3.3-70b-instruct|meta-llama/llama-3.3-70b-instruct-fast	i=0.4 o=0.4
meta-llama/llama-4-scout-17b-16e-instruct|meta-llama/llama-4-scout-17b-16e-instruct-fast	i=0.09 o=0.29
openai/gpt-oss-120b|openai/gpt-oss-120b-fast	i=0.1 o=0.4
openai/gpt-oss-20b|openai/gpt-oss-20b-fast	i=0.05 o=0.2
qwen/qwen2.5-coder-32b-instruct|qwen/qwen2.5-coder-32b-instruct-fast	i=0.06 o=0.2
qwen/qwen2.5-coder-3b-instruct|qwen/qwen2.5-coder-3b-instruct-fast|qwen/qwen2.5-coder-7b-instruct|qwen/qwen2.5-coder-7b-instruct-fast|qwen/qwen3-4b-instruct-2507|qwen/qwen3-4b-instruct-2507-fast|qwen/qwen3-4b-thinking-2507|qwen/qwen3-4b-thinking-2507-fast	i=0.01 o=0.03
qwen/qwen3-14b|qwen/qwen3-14b-fast	i=0.07 o=0.2
qwen/qwen3-235b-a22b|qwen/qwen3-235b-a22b-fast|qwen/qwen3-235b-a22b-instruct-2507|qwen/qwen3-235b-a22b-instruct-2507-fast	i=0.2 o=0.6
qwen/qwen3-32b|qwen/qwen3-32b-fast	i=0.08 o=0.25
qwen/qwen3-8b|qwen/qwen3-8b-fast	i=0.07 o=0.18
qwen/qwq-32b|qwen/qwq-32b-fast	i=0.18 o=0.2
#huggingface_ovhcloud			
meta-llama/llama-3.1-8b-instruct|meta-llama/llama-3.1-8b-instruct-fast	i=0.11 o=0.11
meta-llama/llama-3.3-70b-instruct|meta-llama/llama-3.3-70b-instruct-fast	i=0.74 o=0.74
openai/gpt-oss-120b|openai/gpt-oss-120b-fast	i=0.09 o=0.47
openai/gpt-oss-20b|openai/gpt-oss-20b-fast	i=0.05 o=0.18
qwen/qwen2.5-vl-72b-instruct|qwen/qwen2.5-vl-72b-instruct-fast	i=1.01 o=1.01
qwen/qwen3-32b|qwen/qwen3-32b-fast	i=0.09 o=0.25
qwen/qwen3-coder-30b-a3b-instruct|qwen/qwen3-coder-30b-a3b-instruct-fast	i=0.07 o=0.26
#huggingface_publicai			
aisingapore/gemma-sea-lion-v4-27b-it|aisingapore/gemma-sea-lion-v4-27b-it-fast|dicta-il/dictalm-3.0-24b-thinking|dicta-il/dictalm-3.0-24b-thinking-fast	i=0.2 o=0.4
aisingapore/qwen-sea-lion-v4-32b-it|aisingapore/qwen-sea-lion-v4-32b-it-fast	i=0.25 o=0.5
allenai/olmo-3-7b-instruct|allenai/olmo-3-7b-instruct-fast|swiss-ai/apertus-8b-instruct-2509|swiss-ai/apertus-8b-instruct-2509-fast|utter-project/eurollm-22b-instruct-2512|utter-project/eurollm-22b-instruct-2512-fast	i=0.1 o=0.2
allenai/olmo-3.1-32b-instruct|allenai/olmo-3.1-32b-instruct-fast	i=0.2 o=0.6
swiss-ai/apertus-70b-instruct-2509|swiss-ai/apertus-70b-instruct-2509-fast	i=0.82 o=2.92
#huggingface_sambanova			
deepseek-ai/deepseek-r1-0528|deepseek-ai/deepseek-r1-0528-fast	i=5 o=7
deepseek-ai/deepseek-r1-distill-llama-70b|deepseek-ai/deepseek-r1-distill-llama-70b-fast	i=0.7 o=1.4
deepseek-ai/deepseek-v3-0324|deepseek-ai/deepseek-v3-0324-fast	i=3 o=4.5
meta-llama/llama-3.1-8b-instruct|meta-llama/llama-3.1-8b-instruct-fast	i=0.1 o=0.2
meta-llama/llama-3.3-70b-instruct|meta-llama/llama-3.3-70b-instruct-fast|tokyotech-llm/llama-3.3-swallow-70b-instruct-v0.4|tokyotech-llm/llama-3.3-swallow-70b-instruct-v0.4-fast	i=0.6 o=1.2
openai/gpt-oss-120b|openai/gpt-oss-120b-fast	i=0.22 o=0.59
qwen/qwen3-32b|qwen/qwen3-32b-fast	i=0.4 o=0.8
#huggingface_together			
deepcogito/cogito-671b-v2.1|deepcogito/cogito-671b-v2.1-fast|deepcogito/cogito-671b-v2.1-fp8|deepcogito/cogito-671b-v2.1-fp8-fast|deepseek-ai/deepseek-v3|deepseek-ai/deepseek-v3-0324|deepseek-ai/deepseek-v3-0324-fast|deepseek-ai/deepseek-v3-fast	i=1.25 o=1.25
deepseek-ai/deepseek-r1|deepseek-ai/deepseek-r1-0528|deepseek-ai/deepseek-r1-0528-fast|deepseek-ai/deepseek-r1-fast	i=3 o=7
deepseek-ai/deepseek-v3.1|deepseek-ai/deepseek-v3.1-fast	i=0.6 o=1.7
essentialai/rnj-1-instruct|essentialai/rnj-1-instruct-fast	i=0.15 o=0.15
google/gemma-3n-e4b-it|google/gemma-3n-e4b-it-fast	i=0.02 o=0.04
meta-llama/llama-3.3-70b-instruct|meta-llama/llama-3.3-70b-instruct-fast	i=0.88 o=0.88
meta-llama/llama-4-maverick-17b-128e-instruct-fp8|meta-llama/llama-4-maverick-17b-128e-instruct-fp8-fast	i=0.27 o=0.85
moonshotai/kimi-k2.5|moonshotai/kimi-k2.5-fast	i=0.5 o=2.8
openai/gpt-oss-120b|openai/gpt-oss-120b-fast	i=0.15 o=0.6
openai/gpt-oss-20b|openai/gpt-oss-20b-fast	i=0.05 o=0.2
qwen/qwen2.5-7b-instruct|qwen/qwen2.5-7b-instruct-fast	i=0.3 o=0.3
qwen/qwen3-235b-a22b-instruct-2507|qwen/qwen3-235b-a22b-instruct-2507-fast	i=0.2 o=0.6
qwen/qwen3-coder-480b-a35b-instruct|qwen/qwen3-coder-480b-a35b-instruct-fast|qwen/qwen3-coder-480b-a35b-instruct-fp8|qwen/qwen3-coder-480b-a35b-instruct-fp8-fast	i=2 o=2
qwen/qwen3-coder-next-fp8|qwen/qwen3-coder-next-fp8-fast	i=0.5 o=1.2
qwen/qwen3-next-80b-a3b-instruct|qwen/qwen3-next-80b-a3b-instruct-fast	i=0.15 o=1.5
qwen/qwen3-vl-8b-instruct|qwen/qwen3-vl-8b-instruct-fast	i=0.18 o=0.68
qwen/qwen3.5-397b-a17b|qwen/qwen3.5-397b-a17b-fast	i=0.6 o=3.6
qwen/qwen3.5-9b|qwen/qwen3.5-9b-fast	i=0.1 o=0.15
servicenow-ai/apriel-1.6-15b-thinker-fast	
zai-org/glm-4.5-air-fp8|zai-org/glm-4.5-air-fp8-fast	i=0.2 o=1.1
zai-org/glm-4.6|zai-org/glm-4.6-fast	i=0.6 o=2.2
zai-org/glm-4.7-fp8|zai-org/glm-4.7-fp8-fast	i=0.45 o=2
zai-org/glm-5|zai-org/glm-5-fast	i=1 o=3.2
#minimax			
m2-her	i=0.3 o=1.2
m2.1-highspeed|m2.1-highspeed*|m2.5-highspeed|m2.5-highspeed*|minimax-m2.1-highspeed|minimax-m2.5-highspeed	i=0.6 w=0.375 c=0.03 o=2.4
m2.7-highspeed|m2.7-highspeed*|minimax-m2.7-highspeed	i=0.6 w=0.375 c=0.06 o=2.4
minimax-01	i=0.2 o=1.1
minimax-m1	i=0.4 o=2.2
minimax-m2.7	i=0.3 w=0.375 c=0.06 o=1.2
minimax-m2|minimax-m2.1|minimax-m2.5	i=0.3 w=0.375 c=0.03 o=1.2
minimax-m3	i=0.3>512000:0.6 c=0.06>512000:0.12 o=1.2>512000:2.4
#mistral			
codestral-2508	i=0.3 c=0.03 o=0.9
codestral|codestral-2501|codestral-latest	i=0.3 o=0.9
devstral-2512|mistral-medium|mistral-medium-2505|mistral-medium-2508|mistral-medium-3-1	i=0.4 c=0.04 o=2
devstral-small:free|mistral-nemo:free|mistral-small-24b-instruct-2501:free	
devstral-small|devstral-small-2505|devstral-small-2507|devstral-small-latest|labs-devstral-small-2512|mistral-small-latest	i=0.1 o=0.3
magistral-medium|magistral-medium*	i=2 o=5
magistral-small|magistral-small*	i=0.5 o=1.5
ministral-14b-2512	i=0.2 c=0.02 o=0.2
ministral-3b-2512	i=0.1 c=0.01 o=0.1
ministral-3b-latest	i=0.04 o=0.04	@2025-12-02 i=0.1 c=0.01 o=0.1
ministral-3b|ministral-3b-2410	i=0.04 o=0.04
ministral-8b-2512	i=0.15 c=0.015 o=0.15
ministral-8b-latest	i=0.1 o=0.1	@2025-12-02 i=0.15 c=0.015 o=0.15
ministral-8b|ministral-8b-2410|mistral-embed|mistral-embed-2312	i=0.1 o=0.1
mistral-7b|mistral-tiny|open-mistral-7b	i=0.25 o=0.25
mistral-large-2512	i=0.5 c=0.05 o=1.5
mistral-large-latest	i=2 o=6	@2025-12-02 i=0.5 c=0.05 o=1.5
mistral-large|mistral-large-2407|mistral-large-2411|pixtral-large|pixtral-large-2411|pixtral-large-latest	i=2 o=6
mistral-medium-2312	i=2.7 o=8.1
mistral-medium-3|mistral-medium-3-5|mistral-medium-3.5	i=1.5 c=0.15 o=7.5
mistral-medium-latest	i=0.4 c=0.04 o=2	@2026-06-16 i=1.5 c=0.15 o=7.5
mistral-nemo|open-mistral-nemo|open-mistral-nemo-2407|pixtral-12b|pixtral-12b-2409|pixtral-12b-latest	i=0.15 o=0.15
mistral-ocr-2503|mistral-ocr-2503-completion	d=1
mistral-ocr-2505|mistral-ocr-2505-completion	d=1 da=3
mistral-ocr-2512|mistral-ocr-2512-completion	d=2 da=3
mistral-ocr-4|mistral-ocr-4-0|mistral-ocr-4-0-completion|mistral-ocr-4-1|mistral-ocr-4-1-completion|mistral-ocr-4-completion	d=4 da=5
mistral-ocr-latest|mistral-ocr-latest-completion	d=1	@2025-05-22 d=1 da=3	@2025-12-18 d=2 da=3	@2026-06-23 d=4 da=5
mistral-saba|mistral-saba-2502|mistral-saba-latest	i=0.2 o=0.6
mistral-small-24b-instruct-2501	i=0.05 o=0.08
mistral-small-2603	i=0.15 c=0.015 o=0.6
mistral-small-3.1-24b-instruct	i=0.351 o=0.555
mistral-small-3.2-24b-instruct	i=0.075 o=0.2
mixtral-8x22b-instruct	i=0.9 o=0.9
mixtral-8x7b|mixtral-8x7b*|open-mixtral-8x7b	i=0.7 o=0.7
voxtral-mini-2602|voxtral-mini-latest	h=0.18
voxtral-small-24b-2507|voxtral-small-2507|voxtral-small-latest	i=0.1 c=0.01 o=0.3	@2026-08-11 i=0.1 c=0.01 o=0.4
#modal			
moonshotai/kimi-k3	i=3 c=0.3 o=15
thinkingmachines/inkling-nvfp4	i=1.2 c=0.27 o=5
#moonshotai			
kimi-k2	i=0.57 o=2.3
kimi-k2-0711-preview|kimi-k2-0905-preview|kimi-k2-thinking	i=0.6 c=0.15 o=2.5
kimi-k2-thinking-turbo|kimi-k2-turbo|kimi-k2-turbo*|kimi-k2-turbo-preview	i=1.15 c=0.15 o=8
kimi-k2.5|kimi-k2.5*	i=0.6 c=0.1 o=3
kimi-k2.6|kimi-k2.6*	i=0.95 c=0.16 o=4
kimi-k2.7-code	i=0.95 c=0.19 o=4
kimi-k2.7-code-highspeed	i=1.9 c=0.38 o=8
kimi-k3	i=3 c=0.3 o=15
moonshot-v1-128k|moonshot-v1-128k-vision-preview	i=2 o=5
moonshot-v1-32k|moonshot-v1-32k-vision-preview	i=1 o=3
moonshot-v1-8k|moonshot-v1-8k-vision-preview	i=0.2 o=2
#novita			
cognitivecomputations/dolphin-mixtral-8x22b	i=0.9 o=0.9
deepseek/deepseek-r1	i=4 o=4
deepseek/deepseek-r1-distill-llama-70b|sophosympatheia/midnight-rose-70b	i=0.8 o=0.8
deepseek/deepseek-r1-distill-llama-8b|meta-llama/llama-3-8b-instruct	i=0.04 o=0.04
deepseek/deepseek-r1-distill-qwen-14b	i=0.15 o=0.15
deepseek/deepseek-r1-distill-qwen-32b	i=0.3 o=0.3
deepseek/deepseek_v3	i=0.89 o=0.89
google/gemma-2-9b-it	i=0.08 o=0.08
gryphe/mythomax-l2-13b	i=0.09 o=0.09
jondurbin/airoboros-l2-70b	i=0.5 o=0.5
meta-llama/llama-3-70b-instruct	i=0.51 o=0.74
meta-llama/llama-3.1-70b-instruct	i=0.34 o=0.39
meta-llama/llama-3.1-8b-instruct-bf16|meta-llama/llama-3.2-11b-vision-instruct|openchat/openchat-7b	i=0.06 o=0.06
meta-llama/llama-3.1-8b-instruct|meta-llama/llama-3.1-8b-instruct-max|sao10k/l3-8b-lunaris|sao10k/l3-8b-stheno-v3.2	i=0.05 o=0.05
meta-llama/llama-3.2-1b-instruct	i=0.02 o=0.02
meta-llama/llama-3.2-3b-instruct	i=0.03 o=0.05
meta-llama/llama-3.3-70b-instruct	i=0.39 o=0.39
microsoft/wizardlm-2-8x22b	i=0.62 o=0.62
mistralai/mistral-7b-instruct	i=0.059 o=0.059
mistralai/mistral-nemo|nousresearch/nous-hermes-llama2-13b|teknium/openhermes-2.5-mistral-7b	i=0.17 o=0.17
nousresearch/hermes-2-pro-llama-3-8b	i=0.14 o=0.14
qwen/qwen-2-7b-instruct	i=0.054 o=0.054
qwen/qwen-2-vl-72b-instruct	i=0.45 o=0.45
qwen/qwen-2.5-72b-instruct	i=0.38 o=0.4
sao10k/l3-70b-euryale-v2.1|sao10k/l31-70b-euryale-v2.2	i=1.48 o=1.48
#openai		s=10 f=2.5 k=0.03	
ada|babbage-002|text-ada-001	i=0.4 o=0.4
babbage	i=0.5 o=0.5
chatgpt-4o-latest	i=5 o=15
codex-auto-review	!batch i=2.5 o=15	!flex i=2.5 c=0.25 o=15	!priority i=10 c=1 o=60
codex-mini|codex-mini-latest	i=1.5 c=0.375 o=6
computer-use|computer-use*	i=3 o=12
curie|davinci-002|text-curie-001	i=2 o=2
dall-e-2	p/standard/1024x1024=0.02 p/standard/512x512=0.018 p/standard/256x256=0.016
dall-e-3	p/standard/1024x1024=0.04 p/standard/1024x1792=0.08 p/standard/1792x1024=0.08 p/hd/1024x1024=0.08 p/hd/1024x1792=0.12 p/hd/1792x1024=0.12
davinci|text-davinci-001|text-davinci-002|text-davinci-003	i=20 o=20
ft:gpt-3.5-turbo|ft:gpt-3.5-turbo-0125|ft:gpt-3.5-turbo-0613|ft:gpt-3.5-turbo-1106	i=3 o=6
ft:gpt-4.1-2025-04-14	i=3 c=0.75 o=12
ft:gpt-4.1-mini-2025-04-14	i=0.8 c=0.2 o=3.2
ft:gpt-4.1-nano-2025-04-14	i=0.2 c=0.05 o=0.8
ft:gpt-4o-mini|ft:gpt-4o-mini-2024-07-18	i=0.3 c=0.15 o=1.2
ft:gpt-4o|ft:gpt-4o-2024-08-06	i=3.75 c=1.875 o=15
ft:o4-mini-2025-04-16	i=4 c=1 o=16
gpt-3.5-0301|gpt-3.5-turbo-0301|gpt-3.5-turbo-0613|gpt-3.5-turbo-instruct|gpt-3.5-turbo-instruct*|gpt-3.5-turbo-instruct-0914	i=1.5 o=2
gpt-3.5-turbo-1106	i=1 o=2
gpt-3.5-turbo-16k|gpt-3.5-turbo-16k-0613|gpt-35-turbo-16k|gpt-35-turbo-16k-0613	i=3 o=4
gpt-3.5-turbo|gpt-3.5-turbo-0125|gpt-35-turbo	i=0.5 o=1.5
gpt-4-0125-preview|gpt-4-1106-preview|gpt-4-1106-vision-preview|gpt-4-turbo|gpt-4-turbo-0125-preview|gpt-4-turbo-2024-04-09|gpt-4-turbo-preview|gpt-4-vision-preview	i=10 o=30
gpt-4-32k|gpt-4-32k-0314|gpt-4-32k-0613	i=60 o=120
gpt-4.1-mini|gpt-4.1-mini-2025-04-14	i=0.4 c=0.1 o=1.6	!priority i=0.7 c=0.175 o=2.8
gpt-4.1-nano|gpt-4.1-nano-2025-04-14	i=0.1 c=0.025 o=0.4	!priority i=0.2 c=0.05 o=0.8
gpt-4.1|gpt-4.1-2025-04-14	i=2 c=0.5 o=8	!priority i=3.5 c=0.875 o=14
gpt-4.5-preview|gpt-4.5-preview*	i=75 c=37.5 o=150
gpt-4o-2024-05-13	i=5 o=15	!priority i=8.75 o=26.25
gpt-4o-audio-preview|gpt-4o-audio-preview*	i=2.5 o=10 ia=40 oa=80
gpt-4o-mini-audio-preview|gpt-4o-mini-audio-preview*	i=0.15 o=0.6 ia=10 oa=20
gpt-4o-mini-realtime|gpt-4o-mini-realtime*|gpt-4o-mini-realtime-preview	i=0.6 c=0.3 o=2.4 ia=10 ca=0.3 oa=20
gpt-4o-mini-search-preview|gpt-4o-mini-search-preview-2025-03-11	i=0.15 c=0.075 o=0.6
gpt-4o-mini-transcribe	i=1.25 o=5 ia=3
gpt-4o-mini-tts|gpt-4o-mini-tts*	i=0.6 o=12 oa=12
gpt-4o-mini|gpt-4o-mini-2024-07-18	i=0.15 c=0.075 o=0.6	!priority i=0.25 c=0.125 o=1
gpt-4o-realtime|gpt-4o-realtime*|gpt-4o-realtime-preview	i=5 c=2.5 o=20 ia=40 ca=2.5 oa=80
gpt-4o-search-preview|gpt-4o-search-preview-2025-03-11	i=2.5 o=10
gpt-4o-transcribe|gpt-4o-transcribe-diarize	i=2.5 o=10 ia=6
gpt-4o:extended	i=6 o=18
gpt-4o|gpt-4o-2024-08-06|gpt-4o-2024-11-20	i=2.5 c=1.25 o=10	!priority i=4.25 c=2.125 o=17
gpt-4|gpt-4-0314|gpt-4-0613	i=30 o=60
gpt-5-1-chat-latest|gpt-5-1-codex|gpt-5.1-chat-latest|gpt-5.1-codex	i=1.25 c=0.125 o=10	!priority i=2.5 c=0.25 o=20
gpt-5-1-chat|gpt-5-1-codex-max|gpt-5-chat|gpt-5-chat-latest|gpt-5-codex|gpt-5.1-chat|gpt-5.1-codex-max	i=1.25 c=0.125 o=10
gpt-5-1-codex-mini|gpt-5.1-codex-mini	i=0.25 c=0.025 o=2	!priority i=0.45 c=0.045 o=3.6
gpt-5-1-mini|gpt-5.1-mini	i=0.25 c=0.025 o=2
gpt-5-2-chat-latest|gpt-5-2-codex|gpt-5-3-chat-latest|gpt-5-3-codex|gpt-5.2-chat-latest|gpt-5.2-codex|gpt-5.3-chat-latest|gpt-5.3-codex	i=1.75 c=0.175 o=14	!priority i=3.5 c=0.35 o=28
gpt-5-2-chat|gpt-5-3|gpt-5-3-chat|gpt-5.2-chat|gpt-5.3|gpt-5.3-chat	i=1.75 c=0.175 o=14
gpt-5-2-pro-2025-12-11|gpt-5.2-pro|gpt-5.2-pro-2025-12-11	i=21 o=168
gpt-5-2|gpt-5-2-2025-12-11|gpt-5.2|gpt-5.2-2025-12-11	i=1.75 c=0.175 o=14	!flex i=0.875 c=0.0875 o=7	!priority i=3.5 c=0.35 o=28
gpt-5-4-mini|gpt-5-4-mini-2026-03-17|gpt-5.4-mini|gpt-5.4-mini-2026-03-17	i=0.75 c=0.075 o=4.5	!flex i=0.375 c=0.0375 o=2.25	!priority i=1.5 c=0.15 o=9
gpt-5-4-nano|gpt-5-4-nano-2026-03-17|gpt-5.4-nano|gpt-5.4-nano-2026-03-17	i=0.2 c=0.02 o=1.25	!flex i=0.1 c=0.01 o=0.625
gpt-5-4-pro|gpt-5-4-pro-2026-03-05|gpt-5.4-pro|gpt-5.4-pro-2026-03-05	i=30>272000:60 o=180>272000:270	!flex i=15>272000:30 o=90>272000:135
gpt-5-4|gpt-5-4-2026-03-05|gpt-5.4|gpt-5.4-2026-03-05	i=2.5>272000:5 c=0.25>272000:0.5 o=15>272000:22.5	!flex i=1.25>272000:2.5 c=0.13>272000:0.25 o=7.5>272000:11.25	!priority i=5>272000:x c=0.5>272000:x o=30>272000:x
gpt-5-5-2026-04-24|gpt-5-5-chat|gpt-5-5-chat-latest|gpt-5-5-codex|gpt-5.5-2026-04-24|gpt-5.5-chat|gpt-5.5-chat-latest|gpt-5.5-codex	i=5>272000:10 c=0.5>272000:1 o=30>272000:45
gpt-5-5-pro|gpt-5-5-pro-2026-04-23|gpt-5.5-pro|gpt-5.5-pro-2026-04-23	i=30>272000:60 o=180>272000:270	!flex i=15>272000:x o=90>272000:x
gpt-5-5|gpt-5-5-2026-04-23|gpt-5.5|gpt-5.5-2026-04-23	i=5>272000:10 c=0.5>272000:1 o=30>272000:45	!flex i=2.5>272000:5 c=0.25>272000:0.5 o=15>272000:22.5	!priority i=12.5>272000:x c=1.25>272000:x o=75>272000:x
gpt-5-6-luna|gpt-5-6-luna*|gpt-5.6-luna|gpt-5.6-luna*	i=1>272000:2 w=1.25>272000:2.5 c=0.1>272000:0.2 o=6>272000:9	@2026-07-30 i=0.2>272000:0.4 w=0.25>272000:0.5 c=0.02>272000:0.04 o=1.2>272000:1.8	!flex i=0.5>272000:x c=0.05>272000:x w=x o=3>272000:x	!flex@2026-07-30 i=0.1>272000:0.2 c=0.01>272000:0.02 w=0.125>272000:0.25 o=0.6>272000:0.9	!priority i=2>272000:x c=0.2>272000:x w=x o=12>272000:x	!priority@2026-07-30 i=0.4>272000:0.8 c=0.04>272000:0.08 w=0.5>272000:1 o=2.4>272000:3.6
gpt-5-6-terra|gpt-5-6-terra*|gpt-5.6-terra|gpt-5.6-terra*	i=2.5>272000:5 w=3.125>272000:6.25 c=0.25>272000:0.5 o=15>272000:22.5	@2026-07-30 i=2>272000:4 w=2.5>272000:5 c=0.2>272000:0.4 o=12>272000:18	!flex i=1.25>272000:x c=0.125>272000:x w=x o=7.5>272000:x	!flex@2026-07-30 i=1>272000:2 c=0.1>272000:0.2 w=1.25>272000:2.5 o=6>272000:9	!priority i=5>272000:x c=0.5>272000:x w=x o=30>272000:x	!priority@2026-07-30 i=4>272000:8 c=0.4>272000:0.8 w=5>272000:10 o=24>272000:36
gpt-5-6|gpt-5-6-sol|gpt-5-6-sol*|gpt-5.6|gpt-5.6-sol|gpt-5.6-sol*	i=5>272000:10 w=6.25>272000:12.5 c=0.5>272000:1 o=30>272000:45	@2026-08-21 i=4>272000:8 w=5>272000:10 c=0.4>272000:0.8 o=20>272000:30	!flex i=2.5>272000:5 c=0.25>272000:0.5 w=3.125>272000:6.25 o=15>272000:22.5	!flex@2026-08-21 i=2>272000:4 c=0.2>272000:0.4 w=2.5>272000:5 o=10>272000:15	!priority i=10>272000:20 c=1>272000:2 w=12.5>272000:25 o=60>272000:90	!priority@2026-08-21 i=8>272000:16 c=0.8>272000:1.6 w=10>272000:20 o=40>272000:60
gpt-5-image	i=10 c=1.25 o=10
gpt-5-image-mini	i=2.5 c=0.25 o=2
gpt-5-mini|gpt-5-mini-2025-08-07	i=0.25 c=0.025 o=2	!flex i=0.125 c=0.0125 o=1	!priority i=0.45 c=0.045 o=3.6
gpt-5-nano|gpt-5-nano*	i=0.05 c=0.005 o=0.4	!flex i=0.025 c=0.0025 o=0.2
gpt-5-pro|gpt-5-pro-2025-10-06	i=15 o=120
gpt-5.3-codex-spark	!priority i=3.5 c=0.35 o=28
gpt-5.4-image-2	i=8 c=2 o=15
gpt-5|gpt-5-1|gpt-5-1-2025-11-13|gpt-5-2025-08-07|gpt-5.1|gpt-5.1-2025-11-13	i=1.25 c=0.125 o=10	!flex i=0.625 c=0.0625 o=5	!priority i=2.5 c=0.25 o=20
gpt-6-astra|gpt-6-astra*	i=10>272000:20 w=12.5>272000:25 c=1>272000:2 o=50>272000:75	!flex i=5>272000:10 c=0.5>272000:1 w=6.25>272000:12.5 o=25>272000:37.5	!priority i=20>272000:40 c=2>272000:4 w=25>272000:50 o=100>272000:150
gpt-6-luna|gpt-6-luna*	i=0.1>272000:0.2 w=0.125>272000:0.25 c=0.01>272000:0.02 o=0.5>272000:0.75
gpt-6-sol|gpt-6-sol*	i=2>272000:4 w=2.5>272000:5 c=0.2>272000:0.4 o=10>272000:15
gpt-audio-mini|gpt-audio-mini-2025-10-06|gpt-audio-mini-2025-12-15	i=0.6 o=2.4 ia=10 oa=20
gpt-audio|gpt-audio-1.5|gpt-audio-2025-08-28	i=2.5 o=10 ia=32 oa=64
gpt-chat-latest	i=5 c=0.5 o=30
gpt-image-1	i=5 c=1.25 o=40 ii=10 ci=2.5
gpt-image-1-mini	i=2 c=0.2 o=8 ii=2.5 ci=0.25
gpt-image-1.5|gpt-image-1.5-2025-12-16	i=5 c=1.25 o=10 ii=8 ci=2 oi=32
gpt-image-2|gpt-image-2-2026-04-21	i=5 c=1.25 o=30 ii=8 ci=2
gpt-realtime-2.1-mini|gpt-realtime-mini|gpt-realtime-mini-2025-10-06|gpt-realtime-mini-2025-12-15	i=0.6 c=0.06 o=2.4 ia=10 ca=0.3 oa=20 ii=0.8 ci=0.08
gpt-realtime-2|gpt-realtime-2.1	i=4 c=0.4 o=24 ia=32 ca=0.4 oa=64 ii=5 ci=0.5
gpt-realtime|gpt-realtime-1.5|gpt-realtime-2025-08-28	i=4 c=0.4 o=16 ia=32 ca=0.4 oa=64 ii=5 ci=0.5
gpt-transcribe	h=0.27
o1-mini|o1-mini-2024-09-12|o3-mini|o3-mini-2025-01-31|o3-mini-high	i=1.1 c=0.55 o=4.4
o1-pro|o1-pro-2025-03-19	i=150 o=600
o1|o1-2024-12-17|o1-preview|o1-preview-2024-09-12	i=15 c=7.5 o=60
o3-deep-research|o3-deep-research-2025-06-26	i=10 c=2.5 o=40
o3-pro|o3-pro-2025-06-10	i=20 o=80
o3|o3-2025-04-16	i=10 c=2.5 o=40	@2025-06-10 i=2 c=0.5 o=8	!flex@2025-06-10 i=1 c=0.25 o=4	!priority@2025-06-10 i=3.5 c=0.875 o=14
o4-mini-deep-research|o4-mini-deep-research-2025-06-26	i=2 c=0.5 o=8
o4-mini-high	i=1.1 c=0.275 o=4.4
o4-mini|o4-mini-2025-04-16	i=1.1 c=0.275 o=4.4	!flex i=0.55 c=0.138 o=2.2	!priority i=2 c=0.5 o=8
omni-moderation-2024-09-26|omni-moderation-latest|text-moderation-004|text-moderation-005|text-moderation-006|text-moderation-007|text-moderation-latest|text-moderation-stable	
text-embedding-3-large	i=0.13
text-embedding-3-small	i=0.02
text-embedding-ada|text-embedding-ada-002|text-embedding-ada-002-v2	i=0.1
tts-1-hd|tts-1-hd-1106	ch=30
tts-1|tts-1-1106	ch=15
whisper-1	h=0.36
#openrouter			
01-ai/yi-large|anthracite-org/magnum-v2-72b|magnum-v2-72b|sao10k/l3.1-70b-hanami-x1|yi-large	i=3 o=3
aetherwiing/mn-starcannon-12b|alfredpros/codellama-7b-instruct-solidity|codellama-7b-instruct-solidity|eleutherai/llemma_7b|fimbulvetr-11b-v2|infermatic/mn-inferor-12b|llemma_7b|mn-celeste-12b|mn-inferor-12b|mn-starcannon-12b|morph/morph-v3-fast|mythalion-13b|nothingiisreal/mn-celeste-12b|sao10k/fimbulvetr-11b-v2|toppy-m-7b|undi95/remm-slerp-l2-13b	i=0.8 o=1.2
agentica-org/deepcoder-14b-preview:free|allenai/molmo-7b-d:free|arliai/qwq-32b-arliai-rpr-v1:free|bytedance-research/ui-tars-72b:free|cognitivecomputations/dolphin-mistral-24b-venice-edition:free|cognitivecomputations/dolphin3.0-mistral-24b:free|cognitivecomputations/dolphin3.0-r1-mistral-24b:free|deepcoder-14b-preview:free|deephermes-3-llama-3-8b-preview:free|deepseek-chat-v3-0324:free|deepseek-chat:free|deepseek-r1-0528-qwen3-8b:free|deepseek-r1-0528:free|deepseek-r1-distill-llama-70b:free|deepseek-r1-distill-qwen-14b:free|deepseek-r1-distill-qwen-32b:free|deepseek-r1:free|deepseek-r1t-chimera:free|deepseek-v3-base:free|deepseek/deepseek-chat-v3-0324:free|deepseek/deepseek-chat:free|deepseek/deepseek-r1-distill-llama-70b:free|deepseek/deepseek-r1-distill-qwen-14b:free|deepseek/deepseek-r1-distill-qwen-32b:free|deepseek/deepseek-r1-zero:free|deepseek/deepseek-r1:free|deepseek/deepseek-v3-base:free|devstral-small:free|dolphin3.0-mistral-24b:free|dolphin3.0-r1-mistral-24b:free|featherless/qwerky-72b:free|gemini-2.0-flash-exp:free|gemini-2.5-pro-exp-03-25|gemma-2-9b-it:free|gemma-3-12b-it:free|gemma-3-27b-it:free|gemma-3-4b-it:free|gemma-3n-e4b-it:free|glm-4-32b:free|glm-4.5-air:free|glm-z1-32b:free|google/gemini-2.0-flash-exp:free|google/gemini-2.0-flash-thinking-exp-1219:free|google/gemini-2.0-flash-thinking-exp:free|google/gemini-2.5-pro-exp-03-25:free|google/gemini-flash-1.5-8b-exp|google/gemma-2-9b-it:free|google/gemma-3-12b-it:free|google/gemma-3-1b-it:free|google/gemma-3-27b-it:free|google/gemma-3-4b-it:free|google/gemma-4-26b-a4b-it:free|google/gemma-4-31b-it:free|google/learnlm-1.5-pro-experimental:free|huggingfaceh4/zephyr-7b-beta:free|internvl3-14b:free|internvl3-2b:free|kimi-dev-72b:free|kimi-vl-a3b-thinking:free|liquid/lfm-2.5-1.2b-instruct:free|liquid/lfm-2.5-1.2b-thinking:free|llama-3.1-8b-instruct:free|llama-3.1-nemotron-ultra-253b-v1:free|llama-3.2-11b-vision-instruct:free|llama-3.2-1b-instruct:free|llama-3.3-8b-instruct:free|llama-3.3-nemotron-super-49b-v1:free|llama-4-maverick:free|llama-4-scout:free|mai-ds-r1:free|meta-llama/llama-3.1-405b:free|meta-llama/llama-3.1-8b-instruct:free|meta-llama/llama-3.2-11b-vision-instruct:free|meta-llama/llama-3.2-1b-instruct:free|meta-llama/llama-3.2-3b-instruct:free|meta-llama/llama-3.3-70b-instruct:free|meta-llama/llama-4-maverick:free|meta-llama/llama-4-scout:free|mistral-7b-instruct:free|mistral-nemo:free|mistral-small-24b-instruct-2501:free|mistral-small-3.1-24b-instruct:free|mistral-small-3.2-24b-instruct:free|mistralai/mistral-7b-instruct:free|mistralai/mistral-nemo:free|mistralai/mistral-small-24b-instruct-2501:free|mistralai/mistral-small-3.1-24b-instruct:free|moonshotai/kimi-k2.6:free|moonshotai/kimi-vl-a3b-thinking:free|moonshotai/moonlight-16b-a3b-instruct:free|nex-agi/nex-n2-pro:free|nousresearch/deephermes-3-llama-3-8b-preview:free|nousresearch/hermes-3-llama-3.1-405b:free|nvidia/llama-3.1-nemotron-70b-instruct:free|nvidia/llama-3.1-nemotron-nano-8b-v1:free|nvidia/llama-3.1-nemotron-ultra-253b-v1:free|nvidia/llama-3.3-nemotron-super-49b-v1:free|nvidia/nemotron-3-nano-30b-a3b:free|nvidia/nemotron-3-nano-omni-30b-a3b-reasoning:free|nvidia/nemotron-3-super-120b-a12b:free|nvidia/nemotron-3-ultra-550b-a55b:free|nvidia/nemotron-3.5-content-safety:free|nvidia/nemotron-nano-12b-v2-vl:free|nvidia/nemotron-nano-9b-v2:free|open-r1/olympiccoder-32b:free|open-r1/olympiccoder-7b:free|openai/gpt-oss-120b:free|openai/gpt-oss-20b:free|phi-4-reasoning-plus:free|phi-4-reasoning:free|poolside/laguna-m.1:free|poolside/laguna-xs.2:free|qwen-2.5-72b-instruct:free|qwen-2.5-coder-32b-instruct:free|qwen/qwen-2.5-72b-instruct:free|qwen/qwen-2.5-7b-instruct:free|qwen/qwen-2.5-coder-32b-instruct:free|qwen/qwen-2.5-vl-7b-instruct:free|qwen/qwen2.5-vl-32b-instruct:free|qwen/qwen2.5-vl-3b-instruct:free|qwen/qwen2.5-vl-72b-instruct:free|qwen/qwen3-coder:free|qwen/qwen3-next-80b-a3b-instruct:free|qwen/qwq-32b-preview:free|qwen/qwq-32b:free|qwen2.5-vl-32b-instruct:free|qwen2.5-vl-72b-instruct:free|qwen3-14b:free|qwen3-235b-a22b:free|qwen3-30b-a3b:free|qwen3-32b:free|qwen3-8b:free|qwerky-72b:free|qwq-32b-arliai-rpr-v1:free|qwq-32b:free|reka-flash-3:free|rekaai/reka-flash-3:free|sarvam-m:free|shisa-ai/shisa-v2-llama3.3-70b:free|shisa-v2-llama3.3-70b:free|sophosympatheia/rogue-rose-103b-v0.2:free|thudm/glm-4-32b:free|thudm/glm-z1-32b:free|x-ai/grok-4.1-fast:free	
ai21/jamba-1-5-large|ai21/jamba-1.6-large|ai21/jamba-large-1.7|jamba-1.6-large|perplexity/r1-1776|perplexity/sonar-reasoning-pro|r1-1776	i=2 o=8
ai21/jamba-1-5-mini|ai21/jamba-1.6-mini|jamba-1.6-mini	i=0.2 o=0.4
ai21/jamba-instruct	i=0.5 o=0.7
aion-labs/aion-1.0	i=4 o=8
aion-labs/aion-1.0-mini	i=0.7 o=1.4
aion-labs/aion-2.0	i=0.8 c=0.2 o=1.6
aion-labs/aion-rp-llama-3.1-8b|dobby-mini-unhinged-plus-llama-3.1-8b|gemma-2-9b-it|llama-3.1-sonar-small-128k-online|llama-guard-2-8b|meta-llama/llama-guard-2-8b|mistral-7b-instruct-v0.2|mistralai/mistral-7b-instruct-v0.1|mistralai/mistral-7b-instruct-v0.2|perplexity/llama-3.1-sonar-small-128k-online|qwen-2.5-vl-7b-instruct|qwen/qwen-2.5-vl-7b-instruct|qwen/qwen2.5-coder-7b-instruct|qwen/qwq-32b-preview|qwq-32b-preview	i=0.2 o=0.2
all-hands/openhands-lm-32b-v0.1|eva-qwen-2.5-32b|eva-unit-01/eva-qwen-2.5-32b|openhands-lm-32b-v0.1	i=2.6 o=3.4
allenai/olmo-3-32b-think	i=0.15 o=0.5
alpindale/goliath-120b	i=6.5625 o=9.375
alpindale/magnum-72b|anthracite-org/magnum-v4-72b|neversleep/llama-3.1-lumimaid-70b	i=1.5 o=2.25
amazon/nova-2-lite-v1	i=0.3 o=2.5
amazon/nova-lite-v1|qwen/qwen3-14b	i=0.06 o=0.24
amazon/nova-micro-v1	i=0.035 o=0.14
amazon/nova-premier-v1	i=2.5 c=0.625 o=12.5
amazon/nova-pro-v1|qwen-vl-max|qwen/qwen-vl-max	i=0.8 o=3.2
anthropic/claude-2|anthropic/claude-2.0|anthropic/claude-2.0:beta|anthropic/claude-2.1|anthropic/claude-2.1:beta|anthropic/claude-2:beta|claude-2|claude-2.0|claude-2.0:beta|claude-2.1|claude-2.1:beta|claude-2:beta	i=8 o=24
anthropic/claude-3-haiku|anthropic/claude-3-haiku:beta	i=0.25 o=1.25
anthropic/claude-3-opus|anthropic/claude-3-opus:beta	i=15 o=75
anthropic/claude-3-sonnet|anthropic/claude-3-sonnet:beta|anthropic/claude-3.5-sonnet|anthropic/claude-3.5-sonnet-20240620|anthropic/claude-3.5-sonnet-20240620:beta|anthropic/claude-3.5-sonnet:beta|anthropic/claude-3.7-sonnet|anthropic/claude-3.7-sonnet:beta|anthropic/claude-3.7-sonnet:thinking|cohere/command-r-plus|cohere/command-r-plus-04-2024|command-r-plus|command-r-plus-04-2024|perplexity/sonar-pro|x-ai/grok-3-beta	i=3 o=15
anthropic/claude-3.5-haiku|anthropic/claude-3.5-haiku-20241022|anthropic/claude-3.5-haiku-20241022:beta|anthropic/claude-3.5-haiku:beta	i=0.8 o=4
anthropic/claude-4.5-haiku-20251001|anthropic/claude-4.5-haiku-20251001:beta|anthropic/claude-haiku-4.5|anthropic/claude-haiku-4.5-20251001|anthropic/claude-haiku-4.5-20251001:beta|anthropic/claude-haiku-4.5:beta|~anthropic/claude-haiku-latest	i=1 w=1.25 c=0.1 o=5
anthropic/claude-4.5-opus-20251124|anthropic/claude-4.5-opus-20251124:beta|anthropic/claude-4.6-opus-20260205|anthropic/claude-4.6-opus-20260205:beta|anthropic/claude-opus-4.5|anthropic/claude-opus-4.5-20251124|anthropic/claude-opus-4.5-20251124:beta|anthropic/claude-opus-4.5:beta|anthropic/claude-opus-4.6|anthropic/claude-opus-4.6-20260205|anthropic/claude-opus-4.6-20260205:beta|anthropic/claude-opus-4.6:beta|anthropic/claude-opus-4.7|anthropic/claude-opus-4.7:beta|anthropic/claude-opus-4.8|anthropic/claude-opus-4.8:beta|anthropic/claude-opus-5|anthropic/claude-opus-5:beta	i=5 w=6.25 c=0.5 o=25
anthropic/claude-4.5-sonnet-20250929|anthropic/claude-4.5-sonnet-20250929:beta|anthropic/claude-sonnet-4.5|anthropic/claude-sonnet-4.5-20250929|anthropic/claude-sonnet-4.5-20250929:beta|anthropic/claude-sonnet-4.5:beta	i=3>200000:6 w=3.75>200000:7.5 c=0.3>200000:0.6 o=15>200000:22.5
anthropic/claude-4.6-sonnet-20260217|anthropic/claude-4.6-sonnet-20260217:beta|anthropic/claude-sonnet-4|anthropic/claude-sonnet-4.6|anthropic/claude-sonnet-4.6-20260217|anthropic/claude-sonnet-4.6-20260217:beta|anthropic/claude-sonnet-4.6:beta|claude-3-sonnet|claude-3-sonnet:beta|claude-3.5-sonnet|claude-3.5-sonnet-20240620|claude-3.5-sonnet-20240620:beta|claude-3.5-sonnet:beta|claude-3.7-sonnet|claude-3.7-sonnet:beta|claude-3.7-sonnet:thinking|~anthropic/claude-sonnet-latest	i=3 w=3.75 c=0.3 o=15
anthropic/claude-fable-5.1|anthropic/claude-fable-5.1:beta	i=10 w=12.5 c=0.25 o=50
anthropic/claude-fable-5|anthropic/claude-fable-5:beta|anthropic/claude-opus-4.8-fast|anthropic/claude-opus-5-fast|~anthropic/claude-fable-latest	i=10 w=12.5 c=1 o=50
anthropic/claude-opus-4.6-fast|anthropic/claude-opus-4.7-fast	i=30 w=37.5 c=3 o=150
anthropic/claude-opus-4|anthropic/claude-opus-4.1|claude-3-opus|claude-3-opus:beta	i=15 w=18.75 c=1.5 o=75
anthropic/claude-opus-5.5|anthropic/claude-opus-5.5:beta	i=4 w=5 c=0.2 o=20
anthropic/claude-sonnet-5|anthropic/claude-sonnet-5:beta	i=2 w=2.5 c=0.2 o=10
anubis-pro-105b-v1|thedrummer/anubis-pro-105b-v1	i=0.8 o=1
arcee-ai/coder-large|thedrummer/skyfall-36b-v2|valkyrie-49b-v1|virtuoso-medium-v2	i=0.5 o=0.8
arcee-ai/trinity-large-thinking	i=0.22 c=0.06 o=0.85
arcee-ai/trinity-mini	i=0.045 o=0.15
arcee-ai/virtuoso-large	i=0.75 o=1.2
arcee-blitz	i=0.45 o=0.75
baidu/ernie-4.5-vl-424b-a47b	i=0.42 o=1.25
bytedance-seed/seed-1.6-flash|gemini-2.0-flash-lite-001|google/gemini-2.0-flash-lite-001|google/gemini-flash-1.5	i=0.075 o=0.3
bytedance-seed/seed-1.6|bytedance-seed/seed-2.0-lite	i=0.25 o=2
bytedance-seed/seed-2.0-mini|deepseek/deepseek-r1-distill-llama-70b|gemini-2.5-flash-lite-preview-06-17|google/gemini-2.0-flash-001|google/gemini-2.5-flash-lite-preview-09-2025	i=0.1 o=0.4
bytedance/ui-tars-1.5-7b|deepseek-r1-distill-qwen-7b|google/gemma-3-27b-it|rekaai/reka-flash-3	i=0.1 o=0.2
caller-large	i=0.55 o=0.85
chatgpt-4o-latest|grok-beta|grok-vision-beta|openai/chatgpt-4o-latest|openai/gpt-4o-2024-05-13|x-ai/grok-beta|x-ai/grok-vision-beta	i=5 o=15
codestral-2501|mistralai/codestral-2501	i=0.3 o=0.9
codex-mini|openai/codex-mini	i=1.5 c=0.375 o=6
cognitivecomputations/dolphin-mixtral-8x22b|dolphin-mixtral-8x22b|meta-llama/llama-2-70b-chat|meta-llama/llama-3.2-90b-vision-instruct|mistralai/mixtral-8x22b-instruct|qwen-2-72b-instruct|qwen/qwen-2-72b-instruct|qwen/qwen2.5-vl-32b-instruct|qwen2.5-vl-32b-instruct	i=0.9 o=0.9
cognitivecomputations/dolphin-mixtral-8x7b|jondurbin/airoboros-l2-70b|microsoft/wizardlm-2-8x22b|thedrummer/unslopnemo-12b	i=0.5 o=0.5
cohere/command-a|cohere/command-r-plus-08-2024|inflection/inflection-3-pi|inflection/inflection-3-productivity|openai/gpt-4o|openai/gpt-4o-2024-08-06|openai/gpt-4o-2024-11-20|openai/gpt-4o-audio-preview|openai/gpt-4o-search-preview|openai/gpt-audio	i=2.5 o=10
cohere/command-r-08-2024|google/gemini-2.5-flash-preview|meta-llama/llama-4-maverick|openai/gpt-4o-mini-search-preview	i=0.15 o=0.6
cohere/command-r7b-12-2024|google/gemini-flash-1.5-8b	i=0.0375 o=0.15
cohere/command-r|cohere/command-r-03-2024|command-r|command-r-03-2024|google/gemini-pro|google/gemini-pro-vision|gpt-3.5-turbo-0125|magistral-small-2506|openai/gpt-3.5-turbo	i=0.5 o=1.5
cohere/command|command|google/palm-2-chat-bison|google/palm-2-chat-bison-32k|google/palm-2-codechat-bison|google/palm-2-codechat-bison-32k|gpt-3.5-turbo-1106|openai/gpt-3.5-turbo-0613|openai/gpt-3.5-turbo-1106	i=1 o=2
deepcogito/cogito-v2.1-671b	i=1.25 o=1.25
deepseek-prover-v2	i=0.5 o=2.18
deepseek-r1-0528-qwen3-8b|google/gemma-3-12b-it|ibm-granite/granite-4.1-8b|microsoft/phi-4-multimodal-instruct|phi-4-multimodal-instruct	i=0.05 o=0.1
deepseek-r1-distill-llama-8b|deepseek/deepseek-r1-distill-llama-8b|ministral-3b|mistralai/ministral-3b	i=0.04 o=0.04
deepseek-r1-distill-qwen-1.5b|deepseek/deepseek-r1-distill-qwen-1.5b|nousresearch/nous-hermes-llama2-13b|scb10x/llama3.1-typhoon2-8b-instruct|spotlight	i=0.18 o=0.18
deepseek-r1-distill-qwen-14b|deepseek/deepseek-r1-distill-qwen-14b|essentialai/rnj-1-instruct|lfm-40b|liquid/lfm-40b	i=0.15 o=0.15
deepseek/deepseek-chat	i=0.38 o=0.89
deepseek/deepseek-chat-v3-0324	i=0.3 o=0.88
deepseek/deepseek-chat-v3.1	i=0.21 c=0.13 o=0.79
deepseek/deepseek-r1	i=0.45 o=2.15
deepseek/deepseek-r1-0528	i=0.5 o=2.15
deepseek/deepseek-r1-distill-qwen-32b	i=0.12 o=0.18
deepseek/deepseek-v3.1-terminus	i=0.23 o=0.9
deepseek/deepseek-v3.2	i=0.2288 o=0.3432
deepseek/deepseek-v3.2-exp	i=0.27 o=0.41
deepseek/deepseek-v4-flash	i=0.0983 c=0.0197 o=0.1966
deepseek/deepseek-v4-pro	i=0.435 c=0.003625 o=0.87
devstral-small|google/gemma-3n-e4b-it	i=0.06 o=0.12
eva-llama-3.33-70b|eva-qwen-2.5-72b|eva-unit-01/eva-llama-3.33-70b|llama-3-lumimaid-70b|magnum-72b	i=4 o=6
eva-unit-01/eva-qwen-2.5-72b	i=0.9 o=1.2
gemini-2.0-flash-001	i=0.1 w=0.1833 c=0.025 o=0.4
gemini-2.5-flash-preview-05-20:thinking|gemini-2.5-flash-preview:thinking	i=0.15 w=0.2333 c=0.0375 o=3.5
gemini-2.5-flash-preview|gemini-2.5-flash-preview-05-20	i=0.15 w=0.2333 c=0.0375 o=0.6
gemini-flash-1.5	i=0.075 w=0.1583 c=0.01875 o=0.3
gemini-flash-1.5-8b	i=0.0375 w=0.0583 c=0.01 o=0.15
gemini-pro-1.5|google/gemini-pro-1.5	i=1.25 o=5
glm-4-32b|glm-z1-32b|glm-z1-rumination-32b|mistralai/mixtral-8x7b-instruct	i=0.24 o=0.24
glm-5v-turbo|z-ai/glm-5-turbo|z-ai/glm-5-turbo-20260315	i=1.2 c=0.24 o=4
goliath-120b	i=10 o=12.5
google/gemini-2.5-flash	i=0.3 w=0.3833 c=0.075 o=2.5
google/gemini-2.5-flash-image	i=0.3 w=0.08333333333333334 c=0.03 o=2.5
google/gemini-2.5-flash-lite	i=0.1 w=0.08333333333333334 c=0.01 o=0.4
google/gemini-2.5-flash-preview-09-2025	i=0.3 w=0.383 c=0.075 o=2.5
google/gemini-2.5-flash-preview:thinking	i=0.15 o=3.5
google/gemini-2.5-pro-preview-03-25	i=1.25 o=10
google/gemini-2.5-pro|google/gemini-2.5-pro-preview|google/gemini-2.5-pro-preview-05-06	i=1.25 w=1.625 c=0.31 o=10
google/gemini-3-flash-preview	i=0.5 w=0.08333333333333334 c=0.05 o=3
google/gemini-3-pro-image-preview|google/gemini-3.1-pro-preview|google/gemini-3.1-pro-preview-customtools|~google/gemini-pro-latest	i=2 w=0.375 c=0.2 o=12
google/gemini-3.1-flash-image-preview	i=0.5 o=3
google/gemini-3.1-flash-lite|google/gemini-3.1-flash-lite-preview	i=0.25 w=0.08333333333333334 c=0.025 o=1.5
google/gemini-3.5-flash|google/gemini-3.5-flash*|~google/gemini-flash-latest	i=1.5 w=0.08333333333333334 c=0.15 o=9
google/gemma-2-27b-it|llama-3.1-405b-instruct|meta-llama/llama-3.1-405b-instruct|midnight-rose-70b|sophosympatheia/midnight-rose-70b	i=0.8 o=0.8
google/gemma-2-9b-it|microsoft/wizardlm-2-7b|openchat/openchat-7b|undi95/toppy-m-7b	i=0.07 o=0.07
google/gemma-3-4b-it	i=0.02 o=0.04
google/gemma-4-26b-a4b-it	i=0.06 o=0.33
google/gemma-4-31b-it	i=0.12 c=0.09 o=0.36	@2026-08-27 i=0.09 c=0.05 o=0.34
gpt-4-0314|openai/gpt-4	i=30 o=60
gpt-4-1106-preview|openai/gpt-4-1106-preview|openai/gpt-4-turbo|openai/gpt-4-turbo-preview	i=10 o=30
gpt-4.5-preview	i=75 c=37.5 o=150
gpt-4o:extended|openai/gpt-4o:extended	i=6 o=18
grok-2-1212|grok-2-vision-1212|x-ai/grok-2-1212|x-ai/grok-2-vision-1212	i=2 o=10
grok-3-mini|grok-3-mini-beta	i=0.3 c=0.075 o=0.5
grok-3|grok-3-beta	i=3 c=0.75 o=15
gryphe/mythomax-l2-13b	i=0.065 o=0.065
hermes-2-pro-llama-3-8b|nousresearch/hermes-2-pro-llama-3-8b	i=0.025 o=0.04
ibm-granite/granite-4.0-h-micro	i=0.017 o=0.112
inception/mercury-2	i=0.25 c=0.025 o=0.75
inclusionai/ling-2.6-1t|inclusionai/ring-2.6-1t	i=0.075 c=0.015 o=0.625
inclusionai/ling-2.6-flash	i=0.01 c=0.002 o=0.03
kwaipilot/kat-coder-pro-v2|minimax/minimax-m3|minimax/minimax-m3-20260531	i=0.3 c=0.06 o=1.2
l3-euryale-70b|sao10k/l3-euryale-70b	i=1.48 o=1.48
latitudegames/wayfarer-large-70b-llama-3.3	i=0.8 o=0.9
lfm-3b|liquid/lfm-3b	i=0.02 o=0.02
lfm-7b|liquid/lfm-7b	i=0.01 o=0.01
liquid/lfm-2-24b-a2b	i=0.03 o=0.12
llama-3-lumimaid-8b|llama-3.1-lumimaid-8b	i=0.2 o=1.25
llama-3.1-405b|meta-llama/llama-3.1-405b	i=2 o=2
llama-3.1-lumimaid-70b	i=2.5 o=3
llama-3.1-nemotron-70b-instruct|nousresearch/hermes-3-llama-3.1-70b|nvidia/llama-3.1-nemotron-70b-instruct	i=0.12 o=0.3
llama-3.1-nemotron-ultra-253b-v1	i=0.6 o=1.8
llama-3.1-sonar-large-128k-online|microsoft/phi-3-medium-128k-instruct|perplexity/llama-3.1-sonar-large-128k-online|perplexity/sonar|phi-3-medium-128k-instruct	i=1 o=1
llama-3.2-90b-vision-instruct	i=1.2 o=1.2
llama-3.3-nemotron-super-49b-v1|nousresearch/hermes-4-70b	i=0.13 o=0.4
llama3.1-typhoon2-70b-instruct|scb10x/llama3.1-typhoon2-70b-instruct	i=0.88 o=0.88
maestro-reasoning	i=0.9 o=3.3
magistral-medium-2506|magistral-medium-2506:thinking	i=2 o=5
mancer/weaver	i=1.125 o=1.125
mercury-coder-small-beta	i=0.25 o=1
meta-llama/llama-2-13b-chat	i=0.22 o=0.22
meta-llama/llama-3-70b-instruct	i=0.3 o=0.4
meta-llama/llama-3-8b-instruct	i=0.03 o=0.06
meta-llama/llama-3.1-70b-instruct	i=0.1 o=0.28
meta-llama/llama-3.1-8b-instruct	i=0.02 o=0.03
meta-llama/llama-3.2-11b-vision-instruct	i=0.049 o=0.049
meta-llama/llama-3.2-1b-instruct	i=0.005 o=0.01
meta-llama/llama-3.2-3b-instruct	i=0.01 o=0.02
meta-llama/llama-3.3-70b-instruct	i=0.05 o=0.24
meta-llama/llama-4-scout	i=0.08 o=0.3
meta-llama/llama-guard-3-8b	i=0.02 o=0.06
meta-llama/llama-guard-4-12b	i=0.05 o=0.05
microsoft/phi-3-mini-128k-instruct|microsoft/phi-3.5-mini-128k-instruct|ministral-8b|mistral/ministral-8b|mistralai/ministral-8b|mistralai/pixtral-12b|phi-3-mini-128k-instruct|phi-3.5-mini-128k-instruct|pixtral-12b|qwen/qwen3-235b-a22b-thinking-2507|rekaai/reka-edge	i=0.1 o=0.1
microsoft/phi-4	i=0.07 o=0.14
microsoft/phi-4-mini-instruct	i=0.08 o=0.35
minimax-m1:extended	i=0.55 o=2.2
minimax/minimax-01|prime-intellect/intellect-3	i=0.2 o=1.1
minimax/minimax-m1	i=0.3 o=1.65
minimax/minimax-m2	i=0.255 c=0.03 o=1
minimax/minimax-m2-her|minimax/minimax-m2-her-20260123	i=0.3 c=0.03 o=1.2
minimax/minimax-m2.1	i=0.29 c=0.03 o=0.95
minimax/minimax-m2.5|minimax/minimax-m2.5-20260211	i=0.15 c=0.05 o=0.9
minimax/minimax-m2.7|minimax/minimax-m2.7-20260318	i=0.27 c=0.054 o=1.08
mistral-7b-instruct-v0.1	i=0.11 o=0.19
mistral-7b-instruct|mistral-7b-instruct-v0.3	i=0.028 o=0.054
mistral-large-2411|mistralai/mistral-large|mistralai/mistral-large-2407|mistralai/pixtral-large-2411|pixtral-large-2411	i=2 o=6
mistral-medium|mistralai/mistral-medium	i=2.75 o=8.1
mistral-small|mistralai/mistral-saba|mistralai/mistral-small	i=0.2 o=0.6
mistral-tiny|mistralai/codestral-mamba|mistralai/mistral-tiny	i=0.25 o=0.25
mistralai/codestral-2508	i=0.3 c=0.03 o=0.9
mistralai/devstral-2512|mistralai/mistral-medium-3.1	i=0.4 c=0.04 o=2
mistralai/ministral-14b-2512	i=0.2 c=0.02 o=0.2
mistralai/ministral-3b-2512	i=0.1 c=0.01 o=0.1
mistralai/ministral-8b-2512	i=0.15 c=0.015 o=0.15
mistralai/mistral-7b-instruct|mistralai/mistral-7b-instruct-v0.3	i=0.029 o=0.059
mistralai/mistral-large-2512	i=0.5 c=0.05 o=1.5
mistralai/mistral-medium-3	i=0.4 o=2
mistralai/mistral-medium-3-5	i=1.5 o=7.5
mistralai/mistral-nemo	i=0.01 o=0.019
mistralai/mistral-small-24b-instruct-2501	i=0.05 o=0.09
mistralai/mistral-small-2603|upstage/solar-pro-3	i=0.15 c=0.015 o=0.6
mistralai/mistral-small-3.1-24b-instruct	i=0.05 o=0.15
mistralai/mistral-small-3.2-24b-instruct	i=0.075 o=0.2
mistralai/voxtral-small-24b-2507|xiaomi/mimo-v2-flash	i=0.1 c=0.01 o=0.3
mixtral-8x7b-instruct	i=0.08 o=0.24
moonshotai/kimi-k2	i=0.57 o=2.3
moonshotai/kimi-k2-0905|moonshotai/kimi-k2-thinking	i=0.6 o=2.5
moonshotai/kimi-k2.5	i=0.4 c=0.09 o=1.9
moonshotai/kimi-k2.6|~moonshotai/kimi-latest	i=0.68 c=0.34 o=3.41
moonshotai/kimi-k2.7-code|moonshotai/kimi-k2.7-code-20260612	i=0.75 c=0.16 o=3.5
moonshotai/kimi-k3|moonshotai/kimi-k3-20260715	i=3 c=0.3 o=15
morph/morph-v3-large	i=0.9 o=1.9
neversleep/llama-3-lumimaid-70b	i=3.375 o=4.5
neversleep/llama-3-lumimaid-8b|neversleep/llama-3-lumimaid-8b:extended|neversleep/llama-3.1-lumimaid-8b	i=0.09375 o=0.75
neversleep/noromaid-20b	i=0.75 o=1.5
noromaid-20b	i=1.25 o=2
nous-hermes-2-mixtral-8x7b-dpo|nousresearch/nous-hermes-2-mixtral-8x7b-dpo|qwen/qwen-2.5-vl-72b-instruct	i=0.6 o=0.6
nousresearch/hermes-3-llama-3.1-405b|sao10k/l3.1-euryale-70b|sao10k/l3.3-euryale-70b	i=0.7 o=0.8
nousresearch/hermes-4-405b|relace/relace-search	i=1 o=3
nvidia/llama-3.3-nemotron-super-49b-v1.5	i=0.4 o=0.4
nvidia/nemotron-3-nano-30b-a3b|qwen/qwen-turbo	i=0.05 o=0.2
nvidia/nemotron-3-super-120b-a12b	i=0.09 o=0.45
nvidia/nemotron-3-ultra-550b-a55b	i=0.5 c=0.15 o=2.5
nvidia/nemotron-nano-9b-v2	i=0.04 o=0.16
o1-mini|o1-mini-2024-09-12|openai/o3-mini|openai/o3-mini-high	i=1.1 c=0.55 o=4.4
o1-preview|o1-preview-2024-09-12|openai/o1	i=15 c=7.5 o=60
openai/gpt-3.5-turbo-16k	i=3 o=4
openai/gpt-3.5-turbo-instruct	i=1.5 o=2
openai/gpt-4-32k|openai/gpt-4-32k-0314	i=60 o=120
openai/gpt-4.1-mini|openai/gpt-4.1-mini-2025-04-14	i=0.4 c=0.1 o=1.6
openai/gpt-4.1-nano	i=0.1 c=0.025 o=0.4
openai/gpt-4.1|openai/o3|openai/o4-mini-deep-research	i=2 c=0.5 o=8
openai/gpt-4.5-preview	i=75 o=150
openai/gpt-4o-mini|openai/gpt-4o-mini-2024-07-18	i=0.15 c=0.075 o=0.6
openai/gpt-5-image	i=10 c=1.25 o=10
openai/gpt-5-image-mini	i=2.5 c=0.25 o=2
openai/gpt-5-mini|openai/gpt-5-mini-2025-08-07|openai/gpt-5.1-codex-mini|openai/gpt-5.1-codex-mini-20251113	i=0.25 c=0.025 o=2
openai/gpt-5-nano	i=0.05 c=0.01 o=0.4
openai/gpt-5-pro	i=15 o=120
openai/gpt-5.1|openai/gpt-5.1-chat|openai/gpt-5.1-codex	i=1.25 c=0.13 o=10
openai/gpt-5.2-pro|openai/gpt-5.2-pro-20251211	i=21 o=168
openai/gpt-5.2|openai/gpt-5.2-20251211|openai/gpt-5.2-chat|openai/gpt-5.2-codex|openai/gpt-5.3-chat|openai/gpt-5.3-codex|openai/gpt-5.3-codex-20260224	i=1.75 c=0.175 o=14
openai/gpt-5.4-image-2	i=8 c=2 o=15
openai/gpt-5.4-mini|~openai/gpt-mini-latest	i=0.75 c=0.075 o=4.5
openai/gpt-5.4-nano	i=0.2 c=0.02 o=1.25
openai/gpt-5.4-pro|openai/gpt-5.5-pro	i=30>272000:60 o=180>272000:270
openai/gpt-5.4|openai/gpt-5.4-20260305	i=2.5>272000:5 c=0.25>272000:0.5 o=15>272000:22.5
openai/gpt-5.5	i=5>272000:10 c=0.5>272000:1 o=30>272000:45
openai/gpt-5.6-luna|openai/gpt-5.6-luna*	i=0.2>272000:0.4 w=0.25>272000:0.5 c=0.02>272000:0.04 o=1.2>272000:1.8
openai/gpt-5.6-sol|openai/gpt-5.6-sol*	i=2>272000:4 w=2.5>272000:5 c=0.2>272000:0.4 o=10>272000:15
openai/gpt-5.6-terra|openai/gpt-5.6-terra*	i=2>272000:4 w=2.5>272000:5 c=0.2>272000:0.4 o=12>272000:18
openai/gpt-5|openai/gpt-5-2025-08-07|openai/gpt-5-chat|openai/gpt-5-codex|openai/gpt-5.1-codex-max	i=1.25 c=0.125 o=10
openai/gpt-6-luna-pro:batch|openai/gpt-6-luna:batch	i=0.05>272000:0.1 w=0.0625>272000:0.125 c=0.005>272000:0.01 o=0.25>272000:0.375 s=10
openai/gpt-6-luna|openai/gpt-6-luna*|openai/gpt-6-luna-pro	i=0.1>272000:0.2 w=0.125>272000:0.25 c=0.01>272000:0.02 o=0.5>272000:0.75 s=10
openai/gpt-6-sol-pro:batch|openai/gpt-6-sol:batch	i=1>272000:2 w=1.25>272000:2.5 c=0.1>272000:0.2 o=5>272000:7.5 s=10
openai/gpt-6-sol|openai/gpt-6-sol*|openai/gpt-6-sol-pro	i=2>272000:4 w=2.5>272000:5 c=0.2>272000:0.4 o=10>272000:15 s=10
openai/gpt-audio-mini	i=0.6 o=2.4
openai/gpt-chat-latest|~openai/gpt-latest	i=5 c=0.5 o=30
openai/gpt-oss-120b	i=0.039 o=0.18
openai/gpt-oss-20b	i=0.029 o=0.14
openai/gpt-oss-safeguard-20b	i=0.075 c=0.037 o=0.3
openai/o1-mini|openai/o1-mini-2024-09-12	i=1.1 o=4.4
openai/o1-pro	i=150 o=600
openai/o3-deep-research	i=10 c=2.5 o=40
openai/o3-pro	i=20 o=80
openai/o4-mini|openai/o4-mini-high	i=1.1 c=0.275 o=4.4
perceptron/perceptron-mk1	i=0.15 o=1.5
perplexity/sonar-deep-research	i=2 o=8 or=3
perplexity/sonar-reasoning|sonar-reasoning	i=1 o=5
phi-4-reasoning-plus	i=0.07 o=0.35
pygmalionai/mythalion-13b	i=0.5625 o=1.125
qwen-max	i=1.6 c=0.64 o=6.4
qwen-turbo	i=0.05 c=0.02 o=0.2
qwen-vl-plus|qwen/qwen-vl-plus	i=0.21 o=0.63
qwen/qwen-2.5-72b-instruct	i=0.12 o=0.39
qwen/qwen-2.5-7b-instruct	i=0.04 o=0.1
qwen/qwen-2.5-coder-32b-instruct	i=0.06 o=0.15
qwen/qwen-max	i=1.6 o=6.4
qwen/qwen-plus	i=0.4 c=0.16 o=1.2
qwen/qwen-plus-2025-07-28	i=0.26 o=0.78
qwen/qwen-plus-2025-07-28:thinking	i=0.26 w=0.325 o=0.78
qwen/qwen2.5-vl-72b-instruct	i=0.7 o=0.7
qwen/qwen3-235b-a22b	i=0.13 o=0.6
qwen/qwen3-235b-a22b-2507	i=0.09 o=0.1
qwen/qwen3-30b-a3b	i=0.08 o=0.29
qwen/qwen3-30b-a3b-instruct-2507	i=0.04815 o=0.19305
qwen/qwen3-30b-a3b-thinking-2507	i=0.08 o=0.4
qwen/qwen3-32b	i=0.1 o=0.3
qwen/qwen3-8b	i=0.035 o=0.138
qwen/qwen3-coder-30b-a3b-instruct	i=0.07 o=0.27
qwen/qwen3-coder-flash	i=0.195 w=0.24375 c=0.039 o=0.975
qwen/qwen3-coder-next|qwen/qwen3-coder-next-2025-02-03	i=0.11 c=0.07 o=0.8
qwen/qwen3-coder-plus	i=0.65 w=0.8125 c=0.13 o=3.25
qwen/qwen3-coder|qwen/qwen3-coder-480b-a35b-07-25	i=0.22 o=1.8
qwen/qwen3-max	i=1.2 o=6
qwen/qwen3-max-thinking|qwen/qwen3-max-thinking-20260123	i=0.78 o=3.9
qwen/qwen3-next-80b-a3b-instruct|qwen/qwen3-next-80b-a3b-instruct-2509	i=0.09 o=1.1
qwen/qwen3-next-80b-a3b-thinking|qwen/qwen3-next-80b-a3b-thinking-2509	i=0.0975 o=0.78
qwen/qwen3-vl-235b-a22b-instruct	i=0.2 c=0.11 o=0.88
qwen/qwen3-vl-235b-a22b-thinking	i=0.26 o=2.6
qwen/qwen3-vl-30b-a3b-instruct	i=0.13 o=0.52
qwen/qwen3-vl-30b-a3b-thinking	i=0.13 o=1.56
qwen/qwen3-vl-32b-instruct	i=0.104 o=0.416
qwen/qwen3-vl-8b-instruct	i=0.08 o=0.5
qwen/qwen3-vl-8b-thinking	i=0.117 o=1.365
qwen/qwen3.5-122b-a10b|qwen/qwen3.5-122b-a10b-20260224	i=0.26 o=2.08
qwen/qwen3.5-27b|qwen/qwen3.5-27b-20260224	i=0.195 o=1.56
qwen/qwen3.5-35b-a3b|qwen/qwen3.5-35b-a3b-20260224	i=0.14 c=0.05 o=1
qwen/qwen3.5-397b-a17b|qwen/qwen3.5-397b-a17b-20260216	i=0.39 o=2.34
qwen/qwen3.5-9b|qwen/qwen3.5-9b-20260310	i=0.1 o=0.15
qwen/qwen3.5-flash-02-23|qwen/qwen3.5-flash-20260224	i=0.065 o=0.26
qwen/qwen3.5-plus-02-15|qwen/qwen3.5-plus-20260216	i=0.4 o=2.4
qwen/qwen3.5-plus-20260420	i=0.3 w=0.375 o=1.8
qwen/qwen3.6-27b|qwen/qwen3.6-27b-20260422	i=0.289 o=2.4
qwen/qwen3.6-35b-a3b|qwen/qwen3.6-35b-a3b-20260415	i=0.14 o=1
qwen/qwen3.6-flash	i=0.1875 w=0.234375 o=1.125
qwen/qwen3.6-max-preview|qwen/qwen3.6-max-preview-20260420	i=1.04 w=1.3 o=6.24
qwen/qwen3.6-plus|qwen/qwen3.6-plus-04-02	i=0.325 w=0.40625 o=1.95
qwen/qwen3.7-max|qwen/qwen3.7-max-20260520	i=1.25 w=1.5625 c=0.25 o=3.75
qwen/qwen3.7-plus|qwen/qwen3.7-plus-20260602	i=0.4 w=0.5 c=0.08 o=1.6
qwen/qwq-32b|qwq-32b	i=0.15 o=0.2
raifle/sorcererlm-8x22b|sorcererlm-8x22b	i=4.5 o=4.5
relace/relace-apply-3	i=0.85 o=1.25
sao10k/l3-lunaris-8b	i=0.02 o=0.05
steelskull/l3.3-electra-r1-70b	i=0.7 o=0.95
stepfun/step-3.5-flash	i=0.09 c=0.02 o=0.3
stepfun/step-3.7-flash	i=0.2 c=0.04 o=1.15
switchpoint/router	i=0.85 o=3.4
tencent/hunyuan-a13b-instruct	i=0.14 o=0.57
tencent/hy3-preview	i=0.063 c=0.021 o=0.21
thedrummer/cydonia-24b-v4.1	i=0.3 c=0.15 o=0.5
thedrummer/rocinante-12b	i=0.25 o=0.5
writer/palmyra-x5	i=0.6 o=6
x-ai/grok-3-mini-beta	i=0.3 o=0.5
x-ai/grok-4-fast	i=0.2>128000:0.4 c=0.05 o=0.5>128000:1
x-ai/grok-4.20-multi-agent	i=2 c=0.2 o=6
x-ai/grok-4.20|x-ai/grok-4.3|x-ai/grok-4.3*	i=1.25 c=0.2 o=2.5
x-ai/grok-build-0.1	i=1 c=0.2 o=2
x-ai/grok-code-fast-1	i=0.2 c=0.02 o=1.5
xiaomi/mimo-v2.5	i=0.14 c=0.0028 o=0.28
xiaomi/mimo-v2.5-pro	i=0.435 c=0.0036 o=0.87
xwin-lm/xwin-lm-70b	i=3.75 o=3.75
z-ai/glm-4.5	i=0.6 c=0.11 o=2.2
z-ai/glm-4.5-air	i=0.125 c=0.06 o=0.85
z-ai/glm-4.5v	i=0.6 c=0.11 o=1.8
z-ai/glm-4.6	i=0.43 c=0.08 o=1.74
z-ai/glm-4.6v	i=0.3 c=0.05 o=0.9
z-ai/glm-4.7	i=0.4 c=0.08 o=1.75
z-ai/glm-4.7-flash|z-ai/glm-4.7-flash-20260119	i=0.06 c=0.01 o=0.4
z-ai/glm-5.1|z-ai/glm-5.1-20260406	i=0.98 c=0.182 o=3.08
z-ai/glm-5.2|z-ai/glm-5.2-20260616|z-ai/glm-5.3|z-ai/glm-5.3-20260816	i=1.4 c=0.26 o=4.4
z-ai/glm-5.3-flash	i=0.075 c=0.015 o=0.25
z-ai/glm-5|z-ai/glm-5-20260211	i=0.6 c=0.12 o=1.92
~anthropic/claude-opus-latest	i=5 w=6.25 c=0.5 o=25	@2026-09-22 i=4 w=5 c=0.2 o=20
#ovhcloud			
bge-base-en-v1.5|bge-m3|bge-multilingual-gemma2	i=0.01
deepseek-r1-distill-llama-70b|meta-llama-3_3-70b-instruct	i=0.74 o=0.74
gpt-oss-120b	i=0.09 o=0.47
gpt-oss-20b	i=0.05 o=0.18
llama-3.1-8b-instruct|mistral-7b-instruct-v0.3	i=0.11 o=0.11
mistral-nemo-instruct-2407	i=0.14 o=0.14
mistral-small-3.2-24b-instruct-2506	i=0.1 o=0.31
mixtral-8x7b-instruct-v0.1	i=0.7 o=0.7
qwen2.5-vl-72b-instruct	i=1.01 o=1.01
qwen3-32b	i=0.09 o=0.25
qwen3-coder-30b-a3b-instruct	i=0.07 o=0.26
#perplexity			
llama-3.1-sonar-large-128k-online	i=1 o=1
llama-3.1-sonar-small-128k-online	i=0.2 o=0.2
r1-1776	i=2 o=8
sonar	i=1 o=1 r=12
sonar-deep-research	i=2 o=8 or=3 oc=2 s=5
sonar-pro	i=3 o=15 r=14
sonar-pro-search	i=3 o=15
sonar-reasoning	i=1 o=5 r=12
sonar-reasoning-pro	i=2 o=8 r=14
#quicksilverpro			
claude-fable-5	i=8 o=40
claude-haiku-4-5	i=0.8 o=4
claude-opus-4-6|claude-opus-4-8|claude-opus-5	i=4 o=20
claude-sonnet-4-6	i=2.4 o=12
claude-sonnet-5	i=2 o=10
deepseek-v4-flash	i=0.112 c=0.0144 o=0.224
deepseek-v4-pro	i=0.435 c=0.003625 o=0.87
gemini-3-flash-preview	i=0.425 o=2.55
gemini-3-pro-image	i=1.7 o=10.2 oi=102
gemini-3.1-flash-lite	i=0.2125 o=1.275
gemini-3.1-pro-preview	i=1.7 o=10.2
gemini-3.5-flash	i=1.275 o=7.65
gemini-3.5-flash-lite	i=0.255 o=2.125
gemini-3.6-flash	i=1.275 o=6.375
gemini-3.7-flash	i=0.6375 c=0.06375 o=3.1875
glm-5.2|glm-5.3	i=1.12 c=0.208 o=3.52
glm-5.3-flash	i=0.06 c=0.012 o=0.2
gpt-5.6-luna	i=0.08 w=0.1 c=0.008 o=0.48
gpt-5.6-sol	i=4 w=5 c=0.4 o=24
gpt-5.6-terra	i=0.8 w=1 c=0.08 o=4.8
gpt-oss-120b	i=0.12 c=0.06 o=0.48
grok-4.5	i=1.6 c=0.4 o=4.8
grok-4.6	i=2 c=0.5 o=6
hy3	i=0.1056 c=0.0264 o=0.4224
kimi-k2.6	i=0.5472 c=0.292 o=2.728
kimi-k2.7-code	i=0.584 c=0.1278 o=2.8
kimi-k3	i=2.4 c=0.24 o=12
mimo-v2.5	i=0.112 c=0.00224 o=0.224
minimax-m3	i=0.24 c=0.048 o=0.96
muse-glimmer-30b	i=0.28 c=0.032 o=1.2
muse-spark-1.2	i=1 c=0.12 o=3.4
nemotron-3.5-lightning	i=0.08 c=0.04 o=0.2
qwen3.6-35b	i=0.112 c=0.04 o=0.8
qwen3.6-plus	i=0.26 w=0.325 o=1.56
qwen3.7-flash	i=0.024 c=0.0048 o=0.104
qwen3.7-max	i=1.25 w=1.5625 c=0.25 o=3.75
qwen3.7-plus	i=0.256 w=0.32 c=0.0512 o=1.024
qwen3.8-27b	i=0.34 w=0.425 c=0.068 o=2.04
qwen3.8-max	i=2 w=2.5 c=0.25 o=6
#together			
allenai/olmo-7b|allenai/olmo-7b-instruct|allenai/olmo-7b-twin-2t|codellama/codellama-7b-instruct-hf|google/gemma-7b|google/gemma-7b-it|lmsys/vicuna-7b-v1.5|meta-llama/llama-2-7b-chat-hf|meta-llama/llama-3-8b-chat-hf|mistralai/mistral-7b-instruct-v0.1|mistralai/mistral-7b-instruct-v0.2|mistralai/mistral-7b-v0.1|nousresearch/nous-capybara-7b-v1p9|nousresearch/nous-hermes-llama-2-7b|open-orca/mistral-7b-openorca|openchat/openchat-3.5-1210|qwen/qwen1.5-7b|qwen/qwen1.5-7b-chat|snorkelai/snorkel-mistral-pairrm-dpo|teknium/openhermes-2-mistral-7b|teknium/openhermes-2p5-mistral-7b|togethercomputer/alpaca-7b|togethercomputer/gpt-jt-moderation-6b|togethercomputer/llama-2-7b-32k-instruct|togethercomputer/redpajama-incite-7b-base|togethercomputer/redpajama-incite-7b-chat|togethercomputer/redpajama-incite-7b-instruct|togethercomputer/stripedhyena-hessian-7b|togethercomputer/stripedhyena-nous-7b|undi95/toppy-m-7b|zero-one-ai/yi-6b	i=0.2 o=0.2
austism/chronos-hermes-13b|gryphe/mythomax-l2-13b|lmsys/vicuna-13b-v1.5|nexusflow/nexusraven-v2-13b|qwen/qwen1.5-14b|qwen/qwen1.5-14b-chat|undi95/remm-slerp-l2-13b|upstage/solar-10.7b-instruct-v1.0|wizardlm/wizardlm-13b-v1.2	i=0.3 o=0.3
codellama/codellama-13b-instruct-hf|meta-llama/llama-2-13b-chat-hf|nousresearch/nous-hermes-llama2-13b	i=0.225 o=0.225
codellama/codellama-34b-instruct-hf	i=0.776 o=0.776
codellama/codellama-70b-instruct-hf|garage-baind/platypus2-70b-instruct|meta-llama/llama-2-70b-chat-hf|meta-llama/llama-3-70b-chat-hf|mistralai/mixtral-8x7b-instruct-v0.1|mistralai/mixtral-8x7b-v0.1|nousresearch/nous-hermes-2-mixtral-8x7b-dpo|nousresearch/nous-hermes-2-mixtral-8x7b-sft|qwen/qwen1.5-72b	i=0.9 o=0.9
deepseek-ai/deepseek-coder-33b-instruct|nousresearch/nous-hermes-2-yi-34b|zero-one-ai/yi-34b	i=0.8 o=0.8
google/gemma-2b|google/gemma-2b-it|meta-llama/meta-llama-3-8b-instruct-lite|microsoft/phi-2|qwen/qwen1.5-0.5b|qwen/qwen1.5-0.5b-chat|qwen/qwen1.5-1.8b|qwen/qwen1.5-1.8b-chat|qwen/qwen1.5-4b|qwen/qwen1.5-4b-chat|togethercomputer/redpajama-incite-base-3b-v1|togethercomputer/redpajama-incite-chat-3b-v1|togethercomputer/redpajama-incite-instruct-3b-v1	i=0.1 o=0.1
meta-llama/llama-3.3-70b-instruct-turbo|meta-llama/meta-llama-3-70b-instruct-turbo|meta-llama/meta-llama-3.1-70b-instruct-turbo|meta-llama/meta-llama-3.3-70b-instruct-turbo	i=0.88 o=0.88
meta-llama/llama-4-maverick-17b-128e-instruct-fp8	i=0.27 o=0.85
meta-llama/llama-4-scout-17b-16e-instruct	i=0.18 o=0.59
meta-llama/meta-llama-3-70b-instruct-lite	i=0.54 o=0.54
meta-llama/meta-llama-3-8b-instruct-turbo|meta-llama/meta-llama-3.1-8b-instruct-turbo	i=0.18 o=0.18
meta-llama/meta-llama-3.1-405b-instruct-turbo	i=3.5 o=3.5
microsoft/wizardlm-2-8x22b	i=1.2 o=1.2
mistralai/mixtral-8x22b-instruct-v0.1	i=2.4 o=2.4
#typesafe			
jev-1.13.0|jev-latest|jev-preview	i=0.042
#voyageai			
voyage-01|voyage-02|voyage-2|voyage-lite-01|voyage-lite-01-instruct|voyage-lite-02-instruct	i=0.1
voyage-3-large|voyage-code-3|voyage-context-3	i=0.18
voyage-3-lite|voyage-3.5-lite|voyage-4-lite	i=0.02
voyage-3|voyage-3.5|voyage-4	i=0.06
voyage-4-large|voyage-code-2|voyage-finance-2|voyage-large-2|voyage-large-2-instruct|voyage-law-2|voyage-multilingual-2	i=0.12
#x-ai			
grok-2|grok-2-1212|grok-2-latest|grok-2-vision|grok-2-vision-1212|grok-2-vision-latest	i=2 o=10
grok-3-fast|grok-3-fast-beta|grok-3-fast-latest	i=5 c=1.25 o=25
grok-3-mini-fast|grok-3-mini-fast-beta|grok-3-mini-fast-latest	i=0.6 c=0.15 o=4
grok-3-mini|grok-3-mini-beta|grok-3-mini-latest	i=0.3 c=0.075 o=0.5
grok-3|grok-3-beta|grok-3-latest|grok-4|grok-4-0709|grok-4-latest	i=3 c=0.75 o=15
grok-4-1-fast|grok-4-1-fast-non-reasoning|grok-4-1-fast-non-reasoning-latest|grok-4-1-fast-reasoning|grok-4-1-fast-reasoning-latest|grok-4-fast|grok-4-fast-non-reasoning|grok-4-fast-non-reasoning-latest|grok-4-fast-reasoning|grok-4-fast-reasoning-latest	i=0.2 c=0.05 o=0.5
grok-4.20-multi-agent	i=2 c=0.2 o=6
grok-4.20|grok-4.20-0309-non-reasoning|grok-4.20-0309-reasoning|grok-4.20-non-reasoning|grok-4.20-reasoning|grok-4.3|grok-4.3*|grok-4.3-latest|x-ai/grok-4.3|x-ai/grok-4.3*	i=1.25>199999:2.5 c=0.2>199999:0.4 o=2.5>199999:5
grok-4.5|grok-4.5*|grok-4.5-latest|grok-latest|x-ai/grok-4.5|x-ai/grok-4.5*	i=2>199999:4 c=0.3>199999:0.6 o=6>199999:12
grok-4.6|grok-4.6*|grok-4.6-latest|x-ai/grok-4.6|x-ai/grok-4.6*	i=2>199999:4 c=0.5>199999:1 o=6>199999:12
grok-build-0.1	i=1>199999:2 c=0.2>199999:0.4 o=2>199999:4
grok-code-fast|grok-code-fast-1|grok-code-fast-1-0825	i=0.2 c=0.02 o=1.5
grok-voice-latest	h=3 m=4	@2026-08-05 h=4.8 m=4
grok-voice-think-fast-1.0	h=3 m=4
grok-voice-think-fast-2.0	h=4.8 m=4
#zai			
glm-5.2|glm-5.3	i=1.4 c=0.26 o=4.4
glm-5.3-flash	i=0.075 c=0.015 o=0.25
#zhipuai			
glm-4-air	i=0.069 c=0.034 o=0.069
glm-4-airx	i=1.379 o=1.379
glm-4-assistant	i=0.69 o=0.69
glm-4-flashx-250414	i=0.014 c=0.007 o=0.014
glm-4-long	i=0.138 c=0.069 o=0.138
glm-4-plus	i=0.69 c=0.345 o=0.69
glm-4.5-air	i=0.11 c=0.022 o=0.276
glm-4.7	i=0.276 c=0.055 o=1.103
glm-4.7-flashx	i=0.069 c=0.014 o=0.414
glm-5	i=0.552 c=0.138 o=2.483
glm-5-turbo	i=0.69 c=0.166 o=3.034
glm-5.1|glm-5.1-20260406	i=0.828 c=0.179 o=3.31
glm-5.2|glm-5.3	i=1.103 c=0.276 o=3.862
glm-5.3-flash	i=0.055 c=0.016 o=0.193`;
